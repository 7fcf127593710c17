import { Spinner } from "@parlance/ui";
import { useEffect, useState } from "react";
import { useText } from "../text/language.tsx";
import styles from "./starting.module.css";

const PATIENCE_MS = 200;

/** Until it is known who is there. Usually that is too short to show anything. */
export function Starting({ unreachable }: { readonly unreachable: boolean }) {
  const text = useText();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setSlow, PATIENCE_MS, true);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <main className={styles["starting"]} role="status">
      {(slow || unreachable) && (
        <>
          <Spinner />
          {unreachable ? text.unreachable : text.loading}
        </>
      )}
    </main>
  );
}
