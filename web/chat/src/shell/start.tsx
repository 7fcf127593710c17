import { Redirect, useLocation, useSearch } from "wouter";
import { openedBy, queryOf } from "../places/opened.ts";
import { lastRoom } from "../rooms/last-room.ts";
import { useChat, useConnection, useRooms } from "../session/hooks.ts";
import { isPhone } from "./is-phone.ts";
import { NothingOpen } from "./nothing-open.tsx";

/** No room is open. Whoever has just come goes on in the room that was open last, if it is still there. */
export function Start() {
  const { user } = useChat();
  const { state } = useConnection();
  const [path] = useLocation();
  const query = queryOf(openedBy(useSearch())); // what was opened meanwhile stays open
  const rooms = useRooms();
  if (state !== "online" && rooms.length === 0) return null; // it is not known yet which rooms there are
  if (path === "/") return <NothingOpen hasRooms={rooms.length > 0} />;
  const last = lastRoom(user.id);
  const goesOn = !isPhone() && last !== null && rooms.some(({ id }) => id === last);
  return <Redirect to={(goesOn ? `/rooms/${last}` : "/") + query} replace />;
}
