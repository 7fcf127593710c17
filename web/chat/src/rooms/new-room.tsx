import { Button, Choice, TextField } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { useState, type SyntheticEvent } from "react";
import { leaveFor } from "../places/use-opened.ts";
import { useChat } from "../session/hooks.ts";
import styles from "../shell/form.module.css";
import { useTask } from "../shell/use-task.ts";
import { useText } from "../text/language.tsx";

/** Opens a room. */
export function NewRoom({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { account } = useChat();
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [kind, setKind] = useState<"public" | "private">("public");
  const { run, busy, error } = useTask();

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    run(async () => {
      const room = await account.call("POST /api/rooms", { body: { name: name.trim(), topic: topic.trim(), kind } });
      leaveFor(`/rooms/${room.id}`);
    });
  };

  return (
    <Dialog title={text.newRoom} onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <TextField
          label={text.roomName}
          value={name}
          error={error}
          required
          autoFocus
          maxLength={80}
          autoComplete="off"
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <TextField
          label={text.topic}
          hint={text.topicHint}
          value={topic}
          maxLength={250}
          autoComplete="off"
          onChange={(event) => {
            setTopic(event.target.value);
          }}
        />
        <Choice
          label={text.whoMayEnter}
          value={kind}
          options={[
            { value: "public", label: text.everybody },
            { value: "private", label: text.invited },
          ]}
          onChange={setKind}
        />
        <Button type="submit" variant="primary" busy={busy}>
          {text.create}
        </Button>
      </form>
    </Dialog>
  );
}
