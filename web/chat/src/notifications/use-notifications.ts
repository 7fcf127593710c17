import { useEffect } from "react";
import { useLocation } from "wouter";
import { roomName } from "../rooms/room-names.ts";
import { useChat, useRooms } from "../session/hooks.ts";
import { preferences } from "../settings/preferences.ts";
import { useText } from "../text/language.tsx";
import { isWorthNotifying, titleOf } from "./worth-notifying.ts";

/** Tells of new messages while one looks elsewhere, and of how many there are in the title. */
export function useNotifications(): void {
  const text = useText();
  const { client, rooms, me } = useChat();
  const [path, navigate] = useLocation();
  const title = titleOf(text.product, useRooms());
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(
    () =>
      client.listen((event) => {
        if (event.type !== "message" || !preferences().notifications) return;
        const room = rooms.get(event.room);
        const looksAt = document.hidden ? undefined : /^\/rooms\/([^/]+)/.exec(path)?.[1];
        if (!room || !isWorthNotifying(event.message, room, { id: me.id, name: me.name, looksAt })) return;
        const name = roomName(room, me.id);
        const { sender, body, id } = event.message;
        // Several tabs tell of the same message once: the tag is the same.
        const told = new Notification(room.kind === "direct" ? sender.name : `${sender.name} · ${name}`, {
          body,
          tag: id,
          icon: "/icon-192.png",
        });
        told.onclick = () => {
          window.focus();
          navigate(`/rooms/${room.id}`);
          told.close();
        };
      }),
    [client, rooms, me.id, me.name, path, navigate],
  );
}
