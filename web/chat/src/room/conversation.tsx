import type { RoomSummary } from "@parlance/sdk";
import { Composer, MessageList, MessageSettingProvider, TypingLine, type FileSource } from "@parlance/ui";
import { useCallback, useMemo } from "react";
import { DropZone } from "../attachments/drop-zone.tsx";
import { useChat, useTimeline, useTyping } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import { anchorOf, keepAnchor } from "./anchors.ts";
import styles from "./conversation.module.css";
import { useComposing } from "./use-composing.ts";
import { useDeleting } from "./use-deleting.ts";
import { useFirstUnread } from "./use-first-unread.ts";
import { useMessageActions } from "./use-message-actions.ts";
import type { OpenRoom } from "./use-open-room.ts";
import { usePeople } from "./use-people.ts";
import { useSeenBy } from "./use-seen-by.ts";

interface ConversationProps {
  readonly roomId: string;
  readonly room: RoomSummary | undefined;
  readonly name: string;
  readonly opened: OpenRoom;
}

/** What was said in a room, and where one says more. */
export function Conversation({ roomId, room, name, opened }: ConversationProps) {
  const text = useText();
  const { client, files, me } = useChat();
  const { ready, visit, highlight, latest, goTo, goToLatest, loadOlder, loadNewer } = opened;
  const timeline = useTimeline(roomId);
  const typing = useTyping(roomId);
  const firstUnread = useFirstUnread(roomId);
  const deleting = useDeleting(roomId);
  const entries = deleting.apply(timeline.entries);
  const composing = useComposing(roomId, entries, goToLatest);
  const actions = useMessageActions(roomId, composing, goTo, deleting.remove);
  const people = usePeople(roomId, timeline.entries);
  const seenBy = useSeenBy(roomId, entries);
  const seen = seenBy.length === 0 ? undefined : room?.kind === "direct" ? text.seen : text.seenBy(seenBy.map((id) => people.get(id) ?? "…"));
  const moderates = room !== undefined && room.role !== "member";
  const fileUrl = useCallback<FileSource>(async (file, variant) => files.url(roomId, file, variant), [files, roomId]);
  const setting = useMemo(
    () => ({
      me: { id: me.id, name: me.name },
      names: [...people.values()],
      nameOf: (userId: string) => (userId === me.id ? text.ui.you : (people.get(userId) ?? "…")),
      moderates,
      fileUrl,
      actions,
    }),
    [me.id, me.name, people, moderates, fileUrl, actions, text],
  );
  return (
    <DropZone onFiles={composing.composer.files.onAdd}>
      <MessageSettingProvider value={setting}>
        {ready ? (
          <MessageList
            key={visit}
            entries={entries}
            complete={timeline.complete}
            ends={timeline.ends}
            loading={timeline.loading}
            onLoadOlder={loadOlder}
            onLoadNewer={loadNewer}
            onLatest={goToLatest}
            firstUnread={firstUnread}
            highlight={highlight}
            latest={latest}
            anchor={highlight?.id ?? anchorOf(roomId)?.id}
            onAnchor={(message) => {
              keepAnchor(roomId, message);
            }}
            onSeen={(seq) => {
              client.markRead(roomId, seq);
            }}
          />
        ) : (
          <div className={styles["waiting"]} />
        )}
      </MessageSettingProvider>
      <TypingLine people={typing} otherwise={seen} />
      <Composer
        room={name}
        names={setting.names.filter((other) => other !== me.name)}
        onTyping={() => {
          client.typing(roomId);
        }}
        {...composing.composer}
      />
      <div className={styles["foot"]} />
    </DropZone>
  );
}
