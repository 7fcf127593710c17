import type { Person, RoomSummary } from "@parlance/sdk";

/** The other one of a direct room; oneself, where one writes to oneself. */
export function otherPerson(room: Pick<RoomSummary, "kind" | "people">, me: string): Person | undefined {
  return room.kind === "direct" ? (room.people.find(({ id }) => id !== me) ?? room.people[0]) : undefined;
}

/** What a room is called in lists. */
export function roomName(room: Pick<RoomSummary, "kind" | "name" | "people">, me: string): string {
  return otherPerson(room, me)?.name ?? room.name;
}
