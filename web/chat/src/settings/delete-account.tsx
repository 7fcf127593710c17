import { Button } from "@parlance/ui";
import { useState } from "react";
import { useChat } from "../session/hooks.ts";
import { useSession } from "../session/session-context.ts";
import { useTask } from "../shell/use-task.ts";
import { useText } from "../text/language.tsx";
import styles from "./settings.module.css";

/** Asked twice, for it cannot be undone. */
export function DeleteAccount() {
  const text = useText();
  const { account, user } = useChat();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const { run, busy, error } = useTask();
  if (!asking) {
    return (
      <Button
        variant="quiet"
        onClick={() => {
          setAsking(true);
        }}
      >
        {text.deleteAccount}
      </Button>
    );
  }
  return (
    <div className={styles["danger"]}>
      <p>{error ?? text.deleteAccountText}</p>
      <Button
        variant="danger"
        busy={busy}
        onClick={() => {
          run(async () => {
            await account.call("DELETE /api/users/{user_id}", { path: { user_id: user.id } });
            await session.logout();
          });
        }}
      >
        {text.deleteAccount}
      </Button>
    </div>
  );
}
