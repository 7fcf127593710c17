import { Button, TextField } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { useState, type SyntheticEvent } from "react";
import { useChat, useRoom } from "../session/hooks.ts";
import styles from "../shell/form.module.css";
import { useTask } from "../shell/use-task.ts";
import { useText } from "../text/language.tsx";
import { useTopic } from "./use-topic.ts";

/** Changes a room's name and topic. */
export function EditRoom({ roomId, onClose }: { readonly roomId: string; readonly onClose: () => void }) {
  const text = useText();
  const { account } = useChat();
  const [name, setName] = useState(useRoom(roomId)?.name ?? "");
  const current = useTopic(roomId);
  const [written, setTopic] = useState<string>();
  const topic = written ?? current;
  const { run, busy, error } = useTask();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    run(async () => {
      const body = { name: name.trim(), topic: topic.trim() };
      await account.call("PATCH /api/rooms/{room_id}", { path: { room_id: roomId }, body });
      onClose();
    });
  };
  return (
    <Dialog title={text.editRoom} onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <TextField
          label={text.roomName}
          value={name}
          error={error}
          required
          autoFocus
          maxLength={80}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <TextField
          label={text.topic}
          hint={text.topicHint}
          value={topic}
          maxLength={250}
          onChange={(event) => {
            setTopic(event.target.value);
          }}
        />
        <Button type="submit" variant="primary" busy={busy}>
          {text.save}
        </Button>
      </form>
    </Dialog>
  );
}
