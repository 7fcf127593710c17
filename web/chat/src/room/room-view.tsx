import type { Message } from "@parlance/sdk";
import { Button, Composer, EmptyState, MessageList, MessageSettingProvider, TypingLine } from "@parlance/ui";
import { DoorClosed } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { useMembers } from "../members/use-members.ts";
import { keepLastRoom } from "../rooms/last-room.ts";
import { roomName } from "../rooms/room-names.ts";
import { OPEN_SEARCH } from "../search/open-search.ts";
import { useChat, useRoom, useTimeline, useTyping } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import { anchorOf, keepAnchor } from "./anchors.ts";
import { RoomHeader, type Details } from "./room-header.tsx";
import styles from "./room-view.module.css";
import { useComposing } from "./use-composing.ts";
import { useDeleting } from "./use-deleting.ts";
import { useMessageActions } from "./use-message-actions.ts";
import { useOpenRoom } from "./use-open-room.ts";

const MembersPanel = lazy(() => import("../members/members-panel.tsx"));
const SearchPanel = lazy(() => import("../search/search-panel.tsx"));

interface RoomViewProps {
  readonly roomId: string;
  /** The message to go to. */
  readonly seq?: number;
}

/** One room: what was said, and where one says more. */
export function RoomView({ roomId, seq }: RoomViewProps) {
  const text = useText();
  const chat = useChat();
  const { client, me } = chat;
  const room = useRoom(roomId);
  const timeline = useTimeline(roomId);
  const { refused, loadingOlder, loadOlder, firstUnread } = useOpenRoom(roomId, seq);
  const typing = useTyping(roomId);
  const members = useMembers(roomId);
  const [details, setDetails] = useState<Details>();
  const deleting = useDeleting(roomId);
  const entries = deleting.apply(timeline.entries);
  const composing = useComposing(roomId, entries);
  const actions = useMessageActions(roomId, composing, deleting.remove);
  const linked = seq === undefined ? undefined : entries.find(({ message }) => message.seq === seq)?.message.id;

  useEffect(() => {
    if (room) keepLastRoom(chat.user.id, roomId);
  }, [chat.user.id, room, roomId]);
  useEffect(() => {
    const open = (): void => {
      setDetails("search");
    };
    addEventListener(OPEN_SEARCH, open);
    return () => {
      removeEventListener(OPEN_SEARCH, open);
    };
  }, []);

  const people = useMemo(() => namesOf(members, entries.map(({ message }) => message)), [members, entries]);
  const setting = useMemo(
    () => ({
      me: { id: me.id, name: me.name },
      names: [...people.values()],
      nameOf: (userId: string) => (userId === me.id ? text.ui.you : (people.get(userId) ?? "…")),
      moderates: room !== undefined && room.role !== "member",
      actions,
    }),
    [me.id, me.name, people, room, actions, text],
  );

  if (refused) return <NoSuchRoom />;
  const name = room ? roomName(room, me.id) : "";
  return (
    <div className={styles["view"]}>
      <main className={styles["main"]} aria-label={name}>
        <RoomHeader room={room} roomId={roomId} memberCount={members.length} details={details} onDetails={setDetails} />
        <MessageSettingProvider value={setting}>
          {timeline.entries.length > 0 || timeline.live ? (
            <MessageList
              entries={entries}
              complete={timeline.complete}
              loading={loadingOlder}
              onLoadOlder={loadOlder}
              firstUnread={firstUnread}
              highlight={composing.highlight ?? linked}
              anchor={linked ?? anchorOf(roomId)}
              onAnchor={(messageId) => {
                keepAnchor(roomId, messageId);
              }}
              onSeen={(seen) => {
                client.markRead(roomId, seen);
              }}
            />
          ) : (
            <div className={styles["waiting"]} />
          )}
        </MessageSettingProvider>
        <TypingLine people={typing} />
        <Composer
          room={name}
          names={setting.names.filter((other) => other !== me.name)}
          onTyping={() => {
            client.typing(roomId);
          }}
          {...composing.composer}
        />
        <div className={styles["foot"]} />
      </main>
      {details && (
        <Suspense>
          {details === "members" ? (
            <MembersPanel
              roomId={roomId}
              onClose={() => {
                setDetails(undefined);
              }}
            />
          ) : (
            <SearchPanel
              roomId={roomId}
              onClose={() => {
                setDetails(undefined);
              }}
            />
          )}
        </Suspense>
      )}
    </div>
  );
}

/** Everybody who is in the room or has written in it, by id. */
function namesOf(
  members: readonly { readonly user: { readonly id: string; readonly name: string } }[],
  messages: readonly Message[],
): ReadonlyMap<string, string> {
  const names = new Map(members.map(({ user }) => [user.id, user.name]));
  for (const { sender } of messages) if (!names.has(sender.id)) names.set(sender.id, sender.name);
  return names;
}

function NoSuchRoom() {
  const text = useText();
  const [, navigate] = useLocation();
  return (
    <EmptyState
      icon={<DoorClosed size={24} strokeWidth={1.5} />}
      title={text.noSuchRoom}
      text={text.noSuchRoomText}
      action={
        <Button
          onClick={() => {
            navigate("/");
          }}
        >
          {text.backToRooms}
        </Button>
      }
    />
  );
}
