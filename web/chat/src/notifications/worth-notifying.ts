/** Which messages are worth a notification. */

import type { Message, RoomSummary } from "@parlance/sdk";
import { mentions } from "@parlance/ui";

interface Onlooker {
  readonly id: string;
  readonly name: string;
  /** The room that is in sight; none while the page is hidden. */
  readonly looksAt: string | undefined;
}

export function isWorthNotifying(message: Message, room: RoomSummary, onlooker: Onlooker): boolean {
  if (message.sender.id === onlooker.id || message.kind !== "text" || room.id === onlooker.looksAt) return false;
  return !room.muted || mentions(message.body, onlooker.name);
}

/** The title of the page: how much is unread in rooms that are not muted. */
export function titleOf(product: string, rooms: readonly Pick<RoomSummary, "muted" | "unread">[]): string {
  const unread = rooms.filter(({ muted }) => !muted).reduce((sum, room) => sum + room.unread, 0);
  return unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${product}` : product;
}
