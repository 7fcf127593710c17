import type { RoomSummary } from "@parlance/sdk";
import { Avatar, IconButton } from "@parlance/ui";
import { ChevronLeft, EllipsisVertical, Hash, Lock, Search, Users } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import { useMembers } from "../members/use-members.ts";
import type { PanelName } from "../places/opened.ts";
import { useOpened } from "../places/use-opened.ts";
import { otherPerson, roomName } from "../rooms/room-names.ts";
import { useChat, useOnline } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import styles from "./room-header.module.css";
import { useTopic } from "./use-topic.ts";

const RoomMenu = lazy(() => import("./room-menu.tsx"));

interface RoomHeaderProps {
  readonly room: RoomSummary | undefined;
  readonly roomId: string;
}

/** The room's name and topic, and what can be opened beside it. */
export function RoomHeader({ room, roomId }: RoomHeaderProps) {
  const text = useText();
  const { me } = useChat();
  const topic = useTopic(roomId);
  const memberCount = useMembers(roomId).length;
  const { panel, open, close } = useOpened();
  const [menu, setMenu] = useState(false);
  const other = room && otherPerson(room, me.id);
  const online = useOnline(other?.id);
  const menuButton = (
    <IconButton
      label={text.more}
      onClick={() => {
        setMenu(true);
      }}
    >
      <EllipsisVertical size={19} strokeWidth={1.5} />
    </IconButton>
  );
  const toggle = (name: PanelName) => () => {
    if (panel === name) close("panel");
    else open({ panel: name });
  };
  return (
    <header className={styles["header"]}>
      <Link href="/" className={styles["back"]} aria-label={text.backToRooms}>
        <ChevronLeft size={22} strokeWidth={1.5} />
      </Link>
      {room && (other ? <Avatar id={other.id} name={other.name} online={online} /> : <KindIcon room={room} />)}
      <div className={styles["what"]}>
        <h1 className={styles["name"]}>
          <bdi>{room && roomName(room, me.id)}</bdi>
        </h1>
        {topic && (
          <p className={styles["topic"]} title={topic}>
            <bdi>{topic}</bdi>
          </p>
        )}
      </div>
      <IconButton label={text.search} aria-expanded={panel === "search"} onClick={toggle("search")}>
        <Search size={19} strokeWidth={1.5} />
      </IconButton>
      {room?.kind !== "direct" && (
        <IconButton
          label={`${text.people}, ${text.members(memberCount)}`}
          className={styles["people"]}
          aria-expanded={panel === "members"}
          onClick={toggle("members")}
        >
          <Users size={19} strokeWidth={1.5} />
          {memberCount > 0 && <span className={styles["count"]}>{memberCount}</span>}
        </IconButton>
      )}
      {room && (menu ? <Suspense fallback={menuButton}><RoomMenu room={room} trigger={menuButton} /></Suspense> : menuButton)}
    </header>
  );
}

function KindIcon({ room }: { readonly room: RoomSummary }) {
  const Icon = room.kind === "public" ? Hash : Lock;
  return <Icon className={styles["kind"]} size={18} strokeWidth={1.5} />;
}
