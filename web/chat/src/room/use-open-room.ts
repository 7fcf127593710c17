import { Refused } from "@parlance/sdk";
import { useCallback, useEffect, useState } from "react";
import { useChat } from "../session/hooks.ts";

interface OpenRoom {
  /** It is not there, or not open to whoever asks. */
  readonly refused: boolean;
  readonly loadingOlder: boolean;
  readonly loadOlder: () => void;
  /** Where what is new began when the room was opened. */
  readonly firstUnread: number | undefined;
}

/** Enters a room and loads its newest messages, or all back to the one with a `seq`. */
export function useOpenRoom(roomId: string, seq?: number): OpenRoom {
  const { timelines, rooms } = useChat();
  const [refused, setRefused] = useState(false);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const [firstUnread] = useState(() => {
    const room = rooms.get(roomId);
    return room && room.unread > 0 ? room.read_seq + 1 : undefined;
  });

  useEffect(() => {
    let current = true;
    const loading = seq === undefined ? timelines.open(roomId) : timelines.loadBackTo(roomId, seq);
    loading.catch((error: unknown) => {
      if (current && error instanceof Refused && error.code !== "unavailable") setRefused(true);
    });
    return () => {
      current = false;
    };
  }, [timelines, roomId, seq]);

  const loadOlder = useCallback(() => {
    setLoadingOlder(true);
    timelines
      .loadOlder(roomId)
      .catch(() => undefined) // asked again when one scrolls
      .finally(() => {
        setLoadingOlder(false);
      });
  }, [timelines, roomId]);

  return { refused, loadingOlder, loadOlder, firstUnread };
}
