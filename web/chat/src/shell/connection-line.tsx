import { Button } from "@parlance/ui";
import { useEffect, useState } from "react";
import { useChat, useConnection } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import styles from "./connection-line.module.css";

/** A connection that is made faster than this is not worth a word. */
const PATIENCE_MS = 800;

/** Says that there is no connection, and what that means; nothing while there is one. */
export function ConnectionLine() {
  const text = useText();
  const { client, hasBeenOnline } = useChat();
  const { state, unsent } = useConnection();
  const away = state !== "online";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setShown, away ? PATIENCE_MS : 0, away);
    return () => {
      clearTimeout(timer);
    };
  }, [away]);
  if (!shown || !away) return null;
  return (
    <div className={styles["line"]} role="status">
      {unsent > 0 ? text.offlineUnsent(unsent) : hasBeenOnline ? text.offline : text.connecting}
      {state === "offline" && (
        <Button
          size="small"
          onClick={() => {
            client.nudge();
          }}
        >
          {text.tryNow}
        </Button>
      )}
    </div>
  );
}
