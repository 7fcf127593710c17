import type { RoomSummary } from "@parlance/sdk";
import { Avatar, Badge, shortMomentOf } from "@parlance/ui";
import { BellOff, Hash, Lock } from "lucide-react";
import { memo } from "react";
import { Link, useRoute } from "wouter";
import { useChat, useOnline, useTyping } from "../session/hooks.ts";
import { useLocale, useText } from "../text/language.tsx";
import styles from "./room-item.module.css";
import { otherPerson, roomName } from "./room-names.ts";

/** One room of the list, with what was said last in it. */
export const RoomItem = memo(function RoomItem({ room }: { readonly room: RoomSummary }) {
  const text = useText();
  const locale = useLocale();
  const { me } = useChat();
  const [active] = useRoute(`/rooms/${room.id}/*?`);
  const last = room.last_message;
  return (
    <li>
      <Link
        href={`/rooms/${room.id}`}
        className={styles["item"]}
        aria-current={active ? "page" : undefined}
        data-unread={(room.unread > 0 && !room.muted) || undefined}
      >
        <RoomIcon room={room} />
        <span className={styles["line"]}>
          <span className={styles["name"]}>
            <bdi>{roomName(room, me.id)}</bdi>
          </span>
          {room.muted && <BellOff size={13} strokeWidth={1.5} role="img" aria-label={text.muted} />}
          {last && <span className={styles["moment"]}>{shortMomentOf(last.sent_at, locale)}</span>}
        </span>
        <span className={styles["line"]}>
          <LastLine room={room} />
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
    </span>
  );
}

function LastLine({ room }: { readonly room: RoomSummary }) {
  const text = useText();
  const { me } = useChat();
  const typing = useTyping(room.id);
  const last = room.last_message;
  if (typing.length > 0) return <span className={styles["typing"]}>{text.ui.typing(typing.map(({ name }) => name))}</span>;
  if (!last) return <span className={styles["last"]} />;
  const who = last.sender.id === me.id ? `${text.you}: ` : room.kind === "direct" ? "" : `${last.sender.name}: `;
  return (
    <span className={styles["last"]}>
      <bdi>{last.deleted_at ? text.deleted : who + last.body.replace(/\s+/g, " ").slice(0, 120)}</bdi>
    </span>
  );
}
