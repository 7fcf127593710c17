import { Button, EmptyState } from "@parlance/ui";
import { DoorClosed } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useOpened } from "../places/use-opened.ts";
import { keepLastRoom } from "../rooms/last-room.ts";
import { roomName } from "../rooms/room-names.ts";
import { useChat, useRoom } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import { Conversation } from "./conversation.tsx";
import { RoomHeader } from "./room-header.tsx";
import styles from "./room-view.module.css";
import { useOpenRoom } from "./use-open-room.ts";

const MembersPanel = lazy(() => import("../members/members-panel.tsx"));
const SearchPanel = lazy(() => import("../search/search-panel.tsx"));

interface RoomViewProps {
  readonly roomId: string;
  /** The message to go to. */
  readonly seq: number | undefined;
}

/** One room, or why it is not to be seen. */
export function RoomView({ roomId, seq }: RoomViewProps) {
  const text = useText();
  const { user } = useChat();
  const isMember = useRoom(roomId) !== undefined;
  const [wasMember, setWasMember] = useState(isMember);
  if (isMember && !wasMember) setWasMember(true);
  useEffect(() => {
    if (isMember) keepLastRoom(user.id, roomId);
  }, [user.id, isMember, roomId]);
  // Whoever is let in again opens the room anew.
  if (wasMember && !isMember) return <NotHere title={text.notAMember} why={text.notAMemberText} />;
  return <OpenedRoom roomId={roomId} seq={seq} />;
}

/** What was said, where one says more, and what is open beside it. */
function OpenedRoom({ roomId, seq }: RoomViewProps) {
  const text = useText();
  const { me } = useChat();
  const room = useRoom(roomId);
  const opened = useOpenRoom(roomId, seq);
  const { panel, close } = useOpened();
  if (opened.refused) return <NotHere title={text.noSuchRoom} why={text.noSuchRoomText} />;
  const name = room ? roomName(room, me.id) : "";
  const onClose = (): void => {
    close("panel");
  };
  return (
    <div className={styles["view"]}>
      <main className={styles["main"]} aria-label={name}>
        <RoomHeader room={room} roomId={roomId} />
        <Conversation roomId={roomId} room={room} name={name} opened={opened} />
      </main>
      <Suspense>
        {panel === "members" && <MembersPanel roomId={roomId} onClose={onClose} />}
        {panel === "search" && <SearchPanel roomId={roomId} onClose={onClose} />}
      </Suspense>
    </div>
  );
}

function NotHere({ title, why }: { readonly title: string; readonly why: string }) {
  const text = useText();
  const [, navigate] = useLocation();
  return (
    <EmptyState
      icon={<DoorClosed size={24} strokeWidth={1.5} />}
      title={title}
      text={why}
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
