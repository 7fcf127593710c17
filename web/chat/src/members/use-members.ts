import type { Member } from "@parlance/sdk/rest";
import { useEffect, useSyncExternalStore } from "react";
import { useChat } from "../session/hooks.ts";

const NOBODY: readonly Member[] = [];

/** The members of a room; nobody until they are known. */
export function useMembers(room: string): readonly Member[] {
  const { members } = useChat();
  useEffect(() => {
    if (!members.get(room)) void members.load(room);
  }, [members, room]);
  return useSyncExternalStore(members.listen, () => members.get(room) ?? NOBODY);
}
