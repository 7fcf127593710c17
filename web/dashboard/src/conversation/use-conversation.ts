import { useChat, useTimeline } from "@parlance/chat/hooks";
import { Refused, type Conversation, type Entry, type Message } from "@parlance/sdk";
import { AccountError } from "@parlance/sdk/rest";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useOpenBusiness } from "../business/use-business.ts";
import { merged } from "./merged.ts";

export interface Opened {
  readonly conversation: Conversation | undefined;
  readonly earlier: readonly Conversation[];
  readonly isGone: boolean;
  readonly ready: boolean;
  readonly entries: readonly Entry[];
  readonly complete: boolean;
  readonly loading: boolean;
  readonly isNote: (message: Message) => boolean;
  readonly loadOlder: () => void;
}

/** Reads along in a conversation and in its notes, while it is open; joined again with each connection. */
export function useConversation(room: string): Opened {
  const { client, timelines } = useChat();
  const { inbox } = useOpenBusiness();
  const conversation = useSyncExternalStore(inbox.listen, () => inbox.get(room));
  const notesRoom = conversation?.notes_room ?? "";
  const [earlier, setEarlier] = useState<readonly Conversation[]>([]);
  const [isGone, setGone] = useState(false);
  const [ready, setReady] = useState(false);
  const [wasThere, setWasThere] = useState(false);
  if (conversation && !wasThere) setWasThere(true);
  const said = useTimeline(room);
  const noted = useTimeline(notesRoom);

  useEffect(() => {
    let current = true;
    inbox.open(room).then(
      (found) => {
        if (current) setEarlier(found.earlier);
      },
      (error: unknown) => {
        if (current && error instanceof AccountError && error.status === 404) setGone(true);
      },
    );
    return () => {
      current = false;
    };
  }, [inbox, room]);

  useEffect(() => {
    if (!notesRoom) return;
    let current = true;
    const rooms = [room, notesRoom];
    const enter = (): void => {
      Promise.all(rooms.map(async (each) => client.join(each))).then(
        () => {
          if (current) setReady(true);
        },
        (error: unknown) => {
          if (current && error instanceof Refused && error.code === "not_found") setGone(true);
        },
      );
    };
    enter();
    // The rooms of conversations are not among those that a new connection brings back.
    const stop = client.listen(({ type }) => {
      if (type === "online") enter();
    });
    return () => {
      current = false;
      stop();
      for (const each of rooms) client.leave(each).catch(() => undefined); // then it ends with the connection
    };
  }, [client, room, notesRoom]);

  const entries = useMemo(() => merged(said.entries, noted.entries), [said.entries, noted.entries]);
  const notes = useMemo(() => new Set(noted.entries.map(({ message }) => message.id)), [noted.entries]);
  const isNote = useCallback(({ id }: Message) => notes.has(id), [notes]);
  const loadOlder = useCallback(() => {
    for (const each of [room, notesRoom]) timelines.loadOlder(each).catch(() => undefined); // by the next scrolling
  }, [timelines, room, notesRoom]);
  return {
    conversation,
    earlier,
    isGone: isGone || (wasThere && !conversation),
    ready,
    entries,
    complete: said.complete && noted.complete,
    loading: said.loading || noted.loading,
    isNote,
    loadOlder,
  };
}
