import type { Entry } from "@parlance/sdk";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { text } from "../text/text.ts";
import { Composer } from "./composer.tsx";
import { MessageView } from "./message.tsx";
import type { Visitor } from "./visitor.ts";

const NEAR_END_PX = 80;

interface ChatProps {
  readonly visitor: Visitor;
  readonly isOpen: boolean;
}

/** What was said, and where one says more. */
export function Chat({ visitor, isOpen }: ChatProps) {
  const { entries, hasMore, me, typing, seenSeq, isOffline } = visitor;
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const height = useRef(0);
  const first = entries[0]?.message.id;
  const before = useRef(first);

  // At the end one stays there; earlier messages load above what one reads.
  useLayoutEffect(() => {
    const { current } = list;
    if (!current) return;
    if (before.current !== first && !atEnd.current) current.scrollTop += current.scrollHeight - height.current;
    else if (atEnd.current) current.scrollTop = current.scrollHeight;
    before.current = first;
    height.current = current.scrollHeight;
  });
  useEffect(() => {
    if (isOpen) visitor.read();
  }, [isOpen, visitor, entries]);

  const last = entries.at(-1);
  const isMineStored = last?.state === "stored" && last.message.sender.id === me;
  return (
    <>
      <div
        class="list"
        ref={list}
        role="log"
        aria-live="polite"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
        }}
      >
        {hasMore && (
          <button type="button" class="older" onClick={() => void visitor.loadOlder()}>
            {text.older}
          </button>
        )}
        {entries.map((entry, index) => (
          <MessageView
            key={entry.message.id}
            entry={entry}
            isMine={entry.message.sender.id === me || entry.state !== "stored"}
            follows={follows(entries[index - 1], entry)}
            visitor={visitor}
          />
        ))}
        {isMineStored && <p class="receipt">{last.message.seq <= seenSeq ? text.seen : text.sent}</p>}
      </div>
      <p class="status" role="status">
        {isOffline ? text.offline : typing ? text.typing(typing) : ""}
      </p>
      <Composer visitor={visitor} isOpen={isOpen} />
    </>
  );
}

/** Whether the same person goes on. */
function follows(one: Entry | undefined, other: Entry): boolean {
  if (one?.message.sender.id !== other.message.sender.id) return false;
  return Date.parse(other.message.sent_at) - Date.parse(one.message.sent_at) < 5 * 60_000;
}
