import { Button } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { leaveFor } from "../places/use-opened.ts";
import { useChat } from "../session/hooks.ts";
import styles from "../shell/form.module.css";
import { useTask } from "../shell/use-task.ts";
import { useText } from "../text/language.tsx";

/** Asks before what cannot be undone. */
export function DeleteRoom({ roomId, onClose }: { readonly roomId: string; readonly onClose: () => void }) {
  const text = useText();
  const { account } = useChat();
  const { run, busy, error } = useTask();
  return (
    <Dialog title={text.deleteRoom} description={text.deleteRoomText} onClose={onClose}>
      {error && <p role="alert">{error}</p>}
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          run(async () => {
            await account.call("DELETE /api/rooms/{room_id}", { path: { room_id: roomId } });
            leaveFor("/");
          });
        }}
      >
        <Button type="submit" variant="danger" busy={busy}>
          {text.deleteRoom}
        </Button>
      </form>
    </Dialog>
  );
}
