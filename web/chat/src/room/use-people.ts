import type { Entry } from "@parlance/sdk";
import { useState } from "react";
import { useMembers } from "../members/use-members.ts";

/** Everybody who is in the room or has written in it, by id. The same map until somebody's name changes. */
export function usePeople(roomId: string, entries: readonly Entry[]): ReadonlyMap<string, string> {
  const members = useMembers(roomId);
  const names = new Map(members.map(({ user }) => [user.id, user.name]));
  for (const { message } of entries) if (!names.has(message.sender.id)) names.set(message.sender.id, message.sender.name);
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(names);
  const isSame = known.size === names.size && [...names].every(([id, name]) => known.get(id) === name);
  if (!isSame) setKnown(names);
  return isSame ? known : names;
}
