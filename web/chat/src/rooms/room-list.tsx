import { Button, EmptyState, IconButton } from "@parlance/ui";
import { Compass, MessagesSquare, Plus, Search, Settings, SquarePen } from "lucide-react";
import { useState } from "react";
import type { DialogName } from "../places/opened.ts";
import { useOpen } from "../places/use-opened.ts";
import { UpdateLine } from "../pwa/update-line.tsx";
import { useChat, useRooms } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import { RoomItem } from "./room-item.tsx";
import styles from "./room-list.module.css";
import { roomName } from "./room-names.ts";

/** One's rooms, the most recently active first. */
export function RoomList() {
  const text = useText();
  const { me } = useChat();
  const rooms = useRooms();
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = rooms.filter((room) => roomName(room, me.id).toLocaleLowerCase().includes(wanted));
  return (
    <>
      <header className={styles["header"]}>
        <span className={styles["product"]}>
          <MessagesSquare size={20} strokeWidth={1.5} />
          <span>{text.product}</span>
        </span>
        <Opens dialog="new-message" label={text.newMessage} icon={SquarePen} />
        <Opens dialog="explore" label={text.explore} icon={Compass} />
        <Opens dialog="new-room" label={text.newRoom} icon={Plus} />
        <Opens dialog="settings" label={text.settings} icon={Settings} />
      </header>
      {rooms.length === 0 ? (
        <NoRooms />
      ) : (
        <>
          <div className={styles["filter"]}>
            <Search size={16} strokeWidth={1.5} aria-hidden />
            <input
              type="search"
              placeholder={text.findRoom}
              aria-label={text.findRoom}
              value={filter}
              onChange={(event) => {
                setFilter(event.target.value);
              }}
            />
          </div>
          <ul className={styles["list"]} aria-label={text.roomList}>
            {shown.map((room) => (
              <RoomItem key={room.id} room={room} />
            ))}
            {shown.length === 0 && <li className={styles["none"]}>{text.noRoomMatches}</li>}
          </ul>
        </>
      )}
      <UpdateLine />
    </>
  );
}

interface OpensProps {
  readonly dialog: DialogName;
  readonly label: string;
  readonly icon: typeof Plus;
}

function Opens({ dialog, label, icon: Icon }: OpensProps) {
  const open = useOpen();
  return (
    <IconButton
      label={label}
      onClick={() => {
        open({ dialog });
      }}
    >
      <Icon size={20} strokeWidth={1.5} />
    </IconButton>
  );
}

function NoRooms() {
  const text = useText();
  const open = useOpen();
  return (
    <EmptyState
      icon={<MessagesSquare size={24} strokeWidth={1.5} />}
      title={text.noRooms}
      text={text.noRoomsText}
      action={
        <Button
          variant="primary"
          onClick={() => {
            open({ dialog: "explore" });
          }}
        >
          {text.explore}
        </Button>
      }
    />
  );
}
