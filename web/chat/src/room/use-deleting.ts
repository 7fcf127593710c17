import type { Entry, Message } from "@parlance/sdk";
import { useToast } from "@parlance/ui";
import { useCallback, useEffect, useRef, useState } from "react";
import { useChat } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";

const UNDO_SECONDS = 5;

interface Deleting {
  readonly remove: (message: Message) => void;
  /** What is to be seen while the deletion can still be undone. */
  readonly apply: (entries: readonly Entry[]) => readonly Entry[];
}

/** Deletes messages after some seconds in which that can be undone; at once when the page is left. */
export function useDeleting(roomId: string): Deleting {
  const text = useText();
  const { client } = useChat();
  const show = useToast();
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());

  const forget = useCallback((id: string) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setPending((before) => new Set([...before].filter((other) => other !== id)));
  }, []);
  const finish = useCallback(
    (id: string) => {
      clearTimeout(timers.current.get(id));
      timers.current.delete(id);
      client.delete(roomId, id).then(
        () => {
          forget(id);
        },
        () => {
          forget(id); // it is still there, and is seen again
        },
      );
    },
    [client, roomId, forget],
  );
  const remove = useCallback(
    ({ id }: Message) => {
      setPending((before) => new Set([...before, id]));
      timers.current.set(id, setTimeout(finish, UNDO_SECONDS * 1000, id));
      show({
        text: text.messageDeleted,
        action: {
          label: text.undo,
          run: () => {
            forget(id);
          },
        },
      });
    },
    [finish, forget, show, text],
  );

  useEffect(() => {
    const waiting = timers.current;
    const finishAll = (): void => {
      for (const id of [...waiting.keys()]) finish(id);
    };
    addEventListener("pagehide", finishAll);
    return () => {
      removeEventListener("pagehide", finishAll);
      finishAll();
    };
  }, [finish]);

  const apply = (entries: readonly Entry[]): readonly Entry[] =>
    pending.size === 0 ? entries : entries.map((entry) => (pending.has(entry.message.id) ? asDeleted(entry) : entry));
  return { remove, apply };
}

function asDeleted(entry: Entry): Entry {
  return { ...entry, message: { ...entry.message, deleted_at: entry.message.sent_at, reactions: [] } };
}
