import type { Entry } from "@parlance/sdk";
import { useCallback, useSyncExternalStore } from "react";
import { perFrame } from "../session/frames.ts";
import { useChat } from "../session/hooks.ts";

const NOBODY = "";

/** The ids of those who are known to have read one's own message, if it is the last one of the room. */
export function useSeenBy(roomId: string, entries: readonly Entry[]): readonly string[] {
  const { readers, me } = useChat();
  const last = entries.at(-1);
  const seq = last?.state === "stored" && last.message.sender.id === me.id ? last.message.seq : undefined;
  const seen = useSyncExternalStore(
    useCallback((changed: () => void) => perFrame(readers.listen)(changed), [readers]),
    () => (seq === undefined ? NOBODY : readers.of(roomId, seq).filter((id) => id !== me.id).join(" ")),
  );
  return seen === NOBODY ? [] : seen.split(" ");
}
