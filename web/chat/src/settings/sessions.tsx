import type { Login } from "@parlance/sdk/rest";
import { Button, shortMomentOf } from "@parlance/ui";
import { useCallback, useState } from "react";
import { useFound } from "../rooms/use-found.ts";
import { useChat } from "../session/hooks.ts";
import { useTask } from "../shell/use-task.ts";
import { useLocale, useText } from "../text/language.tsx";
import { deviceName } from "./device-name.ts";
import styles from "./settings.module.css";

/** Where one is logged in; any but this one can be ended. */
export function Sessions() {
  const text = useText();
  const { account } = useChat();
  const { run, error } = useTask();
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set());
  const list = useCallback(async () => account.call("GET /api/auth/sessions"), [account]);
  const found = useFound("", list);
  const end = (id: string): void => {
    run(async () => {
      await account.call("DELETE /api/auth/sessions/{session_id}", { path: { session_id: id } });
      setEnded((before) => new Set([...before, id]));
    });
  };
  return (
    <>
      {error && <p role="alert">{error}</p>}
      <ul className={styles["sessions"]} aria-label={text.sessions}>
        {found?.sessions
          .filter(({ id }) => !ended.has(id))
          .map((session) => (
            <SessionItem key={session.id} session={session} onEnd={end} />
          ))}
      </ul>
    </>
  );
}

function SessionItem({ session, onEnd }: { readonly session: Login; readonly onEnd: (id: string) => void }) {
  const text = useText();
  const locale = useLocale();
  const { id, device, used_at, current } = session;
  return (
    <li>
      <span className={styles["device"]} title={device}>
        {deviceName(device) ?? text.unknownDevice}
      </span>
      <span className={styles["used"]}>{current ? text.thisDevice : shortMomentOf(used_at, locale)}</span>
      {!current && (
        <Button
          size="small"
          onClick={() => {
            onEnd(id);
          }}
        >
          {text.logOut}
        </Button>
      )}
    </li>
  );
}
