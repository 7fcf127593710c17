import type { Person, RoomSummary } from "@parlance/sdk";
import { createContext, use, useCallback, useSyncExternalStore } from "react";
import type { Chat } from "./chat.ts";
import { perFrame } from "./frames.ts";

const Context = createContext<Chat | undefined>(undefined);

export const ChatProvider = Context;

/** The chat of whoever is logged in. */
export function useChat(): Chat {
  const chat = use(Context);
  if (!chat) throw new Error("Nobody is logged in.");
  return chat;
}

/** One's rooms, the most recently active first. */
export function useRooms(): readonly RoomSummary[] {
  const { rooms, listenToRooms } = useChat();
  return useSyncExternalStore(listenToRooms, () => rooms.rooms);
}

export function useRoom(id: string): RoomSummary | undefined {
  const { rooms, listenToRooms } = useChat();
  return useSyncExternalStore(listenToRooms, () => rooms.get(id));
}

export function useTimeline(room: string) {
  const { timelines } = useChat();
  const listen = useCallback(
    (changed: () => void) =>
      perFrame((tell) =>
        timelines.listen((of) => {
          if (of === room) tell();
        }),
      )(changed),
    [timelines, room],
  );
  const entries = useSyncExternalStore(listen, () => timelines.shown(room).entries);
  const complete = useSyncExternalStore(listen, () => timelines.shown(room).complete);
  const loading = useSyncExternalStore(listen, () => timelines.shown(room).loading);
  const ends = useSyncExternalStore(listen, () => timelines.shown(room).last < Infinity);
  const live = useSyncExternalStore(listen, () => timelines.get(room).live);
  return { entries, complete, loading, ends, live };
}

/** Who else is writing in a room. */
export function useTyping(room: string): readonly Person[] {
  const { people } = useChat();
  const names = useSyncExternalStore(people.listen, () => JSON.stringify(people.typing(room)));
  return JSON.parse(names) as Person[];
}

/** Whether somebody is there; undefined while there is no connection to tell. */
export function useOnline(userId: string | undefined): boolean | undefined {
  const { people, client } = useChat();
  return useSyncExternalStore(people.listen, () =>
    userId === undefined || client.state !== "online" ? undefined : people.isOnline(userId),
  );
}

export interface ConnectionStatus {
  readonly state: "connecting" | "online" | "offline" | "stopped";
  /** Messages that wait for the connection. */
  readonly unsent: number;
}

export function useConnection(): ConnectionStatus {
  const { client, timelines } = useChat();
  const status = useSyncExternalStore(
    useCallback(
      (changed: () => void) => {
        const stops = [client.listen(changed), timelines.listen(changed)];
        return () => {
          for (const stop of stops) stop();
        };
      },
      [client, timelines],
    ),
    () => `${client.state} ${client.unsent.length}`,
  );
  const [state, unsent] = status.split(" ") as [ConnectionStatus["state"], string];
  return { state, unsent: Number(unsent) };
}
