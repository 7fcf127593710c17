import { Button, TextField, useToast } from "@parlance/ui";
import { useState, type SyntheticEvent } from "react";
import { useChat } from "../session/hooks.ts";
import { useTask } from "../shell/use-task.ts";
import { useText } from "../text/language.tsx";
import styles from "./settings.module.css";

/** The name that others read. */
export function ProfileForm() {
  const text = useText();
  const { account, user, me } = useChat();
  const show = useToast();
  const [name, setName] = useState(me.name);
  const { run, busy, error } = useTask();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    run(async () => {
      await account.call("PATCH /api/users/{user_id}", { path: { user_id: user.id }, body: { display_name: name.trim() } });
      show({ text: text.saved });
    });
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <TextField
        label={text.displayName}
        autoComplete="name"
        required
        maxLength={80}
        value={name}
        error={error}
        onChange={(event) => {
          setName(event.target.value);
        }}
      />
      <TextField label={text.username} value={user.username} readOnly />
      <Button type="submit" busy={busy}>
        {text.save}
      </Button>
    </form>
  );
}
