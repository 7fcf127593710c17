import type { RoomSummary } from "@parlance/sdk";
import { useEffect, useState } from "react";
import { useChat, useRoom } from "../session/hooks.ts";

/** The `seq` before which "new" stands: where what is new began when the room was opened, or looked at again. */
export function useFirstUnread(roomId: string): number | undefined {
  const { rooms } = useChat();
  const room = useRoom(roomId);
  // Null until the room is known.
  const [marked, setMarked] = useState(() => markOf(room));
  if (marked === null && room) setMarked(markOf(room));
  useEffect(() => {
    const mark = (): void => {
      if (document.visibilityState === "visible") setMarked(markOf(rooms.get(roomId)));
    };
    // Before the list says what it shows to whoever comes back, and with that moves the marker.
    document.addEventListener("visibilitychange", mark, { capture: true });
    return () => {
      document.removeEventListener("visibilitychange", mark, { capture: true });
    };
  }, [rooms, roomId]);
  return marked ?? undefined;
}

function markOf(room: RoomSummary | undefined): number | undefined | null {
  if (!room) return null;
  return room.unread > 0 ? room.read_seq + 1 : undefined;
}
