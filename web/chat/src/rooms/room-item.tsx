import type { RoomSummary } from "@parlance/sdk";
import { Avatar, Badge, initials, shortMomentOf } from "@parlance/ui";
import { BellOff, Hash, Lock } from "lucide-react";
import { memo } from "react";
import { Link, useRoute } from "wouter";
import { useChat, useOnline } from "../session/hooks.ts";
import { useLocale, useText } from "../text/language.tsx";
import { LastLine } from "./last-line.tsx";
import styles from "./room-item.module.css";
import { otherPerson, roomName } from "./room-names.ts";

/** One room of the list, with what was said last in it. */
export const RoomItem = memo(function RoomItem({ room }: { readonly room: RoomSummary }) {
  const text = useText();
  const locale = useLocale();
  const { me } = useChat();
  const [active] = useRoute(`/rooms/${room.id}/*?`);
  const last = room.last_message;
  const name = roomName(room, me.id);
  return (
    <li>
      <Link
        href={`/rooms/${room.id}`}
        className={styles["item"]}
        title={name}
        aria-current={active ? "page" : undefined}
        data-unread={(room.unread > 0 && !room.muted) || undefined}
      >
        <RoomIcon room={room} />
        <span className={styles["line"]}>
          <span className={styles["name"]}>
            <bdi>{name}</bdi>
          </span>
          {room.muted && <BellOff size={13} strokeWidth={1.5} role="img" aria-label={text.muted} />}
          {last && <span className={styles["moment"]}>{shortMomentOf(last.sent_at, locale)}</span>}
        </span>
        <span className={styles["line"]}>
          <LastLine room={room} active={active} />
          <Badge count={room.unread} quiet={room.muted} label={text.unread(room.unread)} />
        </span>
      </Link>
    </li>
  );
});

function RoomIcon({ room }: { readonly room: RoomSummary }) {
  const { me } = useChat();
  const other = otherPerson(room, me.id);
  const online = useOnline(other?.id);
  if (other) return <Avatar id={other.id} name={other.name} size={36} online={online} />;
  const Icon = room.kind === "public" ? Hash : Lock;
  return (
    <span className={styles["icon"]}>
      <Icon size={18} strokeWidth={1.5} />
      <span className={styles["short"]} aria-hidden>
        {initials(room.name)}
      </span>
    </span>
  );
}
