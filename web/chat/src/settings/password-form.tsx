import { Button, PasswordField, useToast } from "@parlance/ui";
import { useState, type SyntheticEvent } from "react";
import { useChat } from "../session/hooks.ts";
import { useTask } from "../shell/use-task.ts";
import { StrengthMeter } from "../sign-in/strength-meter.tsx";
import { useText } from "../text/language.tsx";
import styles from "./settings.module.css";

/** A new password ends the other sessions. */
export function PasswordForm() {
  const text = useText();
  const { account, user } = useChat();
  const show = useToast();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const { run, busy, error } = useTask();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    run(async () => {
      const body = { password: next, current_password: current };
      await account.call("PATCH /api/users/{user_id}", { path: { user_id: user.id }, body });
      setCurrent("");
      setNext("");
      show({ text: text.passwordChanged });
    });
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <PasswordField
        label={text.currentPassword}
        autoComplete="current-password"
        required
        value={current}
        error={error}
        onChange={(event) => {
          setCurrent(event.target.value);
        }}
      />
      <PasswordField
        label={text.newPassword}
        autoComplete="new-password"
        required
        value={next}
        hint={next && <StrengthMeter password={next} username={user.username} />}
        onChange={(event) => {
          setNext(event.target.value);
        }}
      />
      <Button type="submit" busy={busy}>
        {text.changePassword}
      </Button>
    </form>
  );
}
