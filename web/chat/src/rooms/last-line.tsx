import type { RoomSummary } from "@parlance/sdk";
import { preview } from "@parlance/ui";
import { useSyncExternalStore } from "react";
import { useChat, useTyping } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import styles from "./last-line.module.css";

const SHOWN_CHARACTERS = 120;

/** What happens in a room, or was said last; what one has begun to write oneself comes first. */
export function LastLine({ room, active }: { readonly room: RoomSummary; readonly active: boolean }) {
  const text = useText();
  const { me, drafts } = useChat();
  const typing = useTyping(room.id);
  const draft = useSyncExternalStore(drafts.listen, () => drafts.get(room.id));
  const last = room.last_message;
  if (typing.length > 0) return <span className={styles["typing"]}>{text.ui.typing(typing.map(({ name }) => name))}</span>;
  if (draft && !active) {
    return (
      <span className={styles["last"]}>
        <span className={styles["draft"]}>{text.draft}</span> <bdi>{oneLine(draft)}</bdi>
      </span>
    );
  }
  if (!last) return <span className={styles["last"]} />;
  const who = last.sender.id === me.id ? text.you : room.kind === "direct" ? undefined : last.sender.name;
  return (
    <span className={styles["last"]}>
      {who && last.kind === "text" && (
        <>
          <bdi>{who}</bdi>:{" "}
        </>
      )}
      <bdi>{last.deleted_at ? text.deleted : preview(last, SHOWN_CHARACTERS)}</bdi>
    </span>
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, SHOWN_CHARACTERS);
}
