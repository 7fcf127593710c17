import type { Entry, Message } from "@parlance/sdk";
import { ChevronDown } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { useLanguage, useUiText } from "../i18n/text.tsx";
import { Spinner } from "../primitives/spinner.tsx";
import { VisuallyHidden } from "../primitives/visually-hidden.tsx";
import { useMessageSetting } from "./actions.ts";
import { MessageView } from "./message.tsx";
import styles from "./message-list.module.css";
import { preview } from "./preview.ts";
import { rowsOf, type Row } from "./rows.ts";
import { dayOf } from "./times.ts";
import { usePrepended } from "./use-prepended.ts";

const NEAR_END_PX = 60;
const LOAD_AHEAD_PX = 1200;

export interface MessageListProps {
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** Whether the first of them begins the room. */
  readonly complete: boolean;
  /** Whether newer ones follow the last of them, that are not loaded: one looks at the past. */
  readonly ends?: boolean;
  readonly loading: boolean;
  readonly onLoadOlder: () => void;
  readonly onLoadNewer?: () => void;
  /** Leave the past for the newest messages. */
  readonly onLatest?: () => void;
  /** The `seq` before which "new" stands. */
  readonly firstUnread?: number | undefined;
  /** A message to go to and to point out; another object for each time. */
  readonly highlight?: { readonly id: string } | undefined;
  /** The message to begin at; the first unread one, or the end, when there is none. */
  readonly anchor?: string | undefined;
  /** Whether to begin at the end, with what is unread above it. */
  readonly latest?: boolean;
  /** Called with the topmost message that is stored when one scrolls; undefined at the end. */
  readonly onAnchor: (message: Message | undefined) => void;
  /** Called with the `seq` of the newest message that was in sight. */
  readonly onSeen: (seq: number) => void;
}

/**
 * The messages of a room. What one reads stays where it is: older messages load above it, and new ones below do not move
 * it, unless one is at the end or has just written oneself.
 */
export function MessageList(props: MessageListProps) {
  const { entries, complete, ends = false, loading, firstUnread, highlight, anchor, latest = false } = props;
  const { onLoadOlder, onLoadNewer, onLatest, onAnchor, onSeen } = props;
  const text = useUiText();
  const { locale } = useLanguage();
  const list = useRef<VListHandle>(null);
  const atEnd = useRef(true);
  const offset = useRef(0);
  const [leftAt, setLeftAt] = useState<number>();
  const [day, setDay] = useState<Date>();
  const { isNote } = useMessageSetting();
  const rows = useMemo(() => rowsOf(entries, complete, firstUnread, isNote), [entries, complete, firstUnread, isNote]);
  const byId = useMemo(() => new Map(entries.map(({ message }) => [message.id, message])), [entries]);
  const shift = usePrepended(entries);
  const last = entries.at(-1);
  const newest = entries.findLast(({ state }) => state === "stored")?.message;
  const below = leftAt === undefined || !newest ? 0 : newest.seq - leftAt;

  const look = (): void => {
    const handle = list.current;
    if (!handle || rows.length === 0) return;
    const { scrollOffset, viewportSize, scrollSize } = handle;
    if (viewportSize === 0) return; // not measured yet
    const end = scrollOffset + viewportSize;
    // Only a way up leads away from the end. More may have come than the list has scrolled to by now.
    const staysAtEnd = atEnd.current && scrollOffset >= offset.current;
    atEnd.current = !ends && (staysAtEnd || end >= scrollSize - NEAR_END_PX);
    offset.current = scrollOffset;
    const seen = atEnd.current ? newest?.seq : lastSeq(rows, handle.findItemIndex(end));
    if (seen && document.visibilityState === "visible") onSeen(seen);
    setLeftAt((before) => (atEnd.current ? undefined : (before ?? newest?.seq)));
    const top = handle.findItemIndex(scrollOffset);
    setDay(atTop(rows, top) ? undefined : dayAt(rows, top));
    onAnchor(atEnd.current ? undefined : messageAt(rows, top));
    if (loading) return;
    if (scrollOffset < LOAD_AHEAD_PX && !complete) onLoadOlder();
    else if (ends && end > scrollSize - LOAD_AHEAD_PX) onLoadNewer?.();
  };

  const goTo = (place: "end" | "unread" | { readonly messageId: string; readonly align: "start" | "center" }): void => {
    const index =
      place === "end"
        ? rows.length - 1
        : place === "unread"
          ? rows.findIndex(({ type }) => type === "new")
          : rows.findIndex(({ key }) => key === place.messageId);
    if (index >= 0) list.current?.scrollToIndex(index, { align: place === "end" ? "end" : place === "unread" ? "center" : place.align });
  };

  // Where one begins: what was pointed to, where one was, the first unread message, the end.
  const begun = useRef(false);
  useLayoutEffect(() => {
    if (begun.current || rows.length === 0) return;
    begun.current = true;
    const known = anchor !== undefined && byId.has(anchor);
    const unread = !latest && rows.some(({ type }) => type === "new");
    atEnd.current = !ends && !known && !unread;
    if (known) goTo({ messageId: anchor, align: "start" });
    else goTo(unread ? "unread" : "end");
  });

  const isNewlyMine = last?.state === "sending" ? last.message.id : undefined;
  useLayoutEffect(() => {
    if (atEnd.current || isNewlyMine) goTo("end");
    // eslint-disable-next-line react-hooks/exhaustive-deps -- new rows and what one has just sent are the only reasons
  }, [rows.length, isNewlyMine]);

  useLayoutEffect(() => {
    if (highlight) goTo({ messageId: highlight.id, align: "center" });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each, as soon as it is there
  }, [highlight, highlight !== undefined && byId.has(highlight.id)]);

  useEffect(() => {
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
    };
  });
  // What arrives while one is at the end is seen without scrolling.
  useEffect(look, [newest?.seq]); // eslint-disable-line react-hooks/exhaustive-deps

  return (
    <section className={styles["frame"]} aria-label={text.messages}>
      {day && <div className={styles["floating"]}>{dayOf(day, locale, text)}</div>}
      {loading && (
        <div className={styles["loading"]} role="status">
          <Spinner />
          <VisuallyHidden>{text.loadingOlder}</VisuallyHidden>
        </div>
      )}
      <VList
        ref={list}
        data={rows}
        shift={shift}
        className={styles["list"]}
        tabIndex={0}
        aria-label={text.messages}
        onScroll={look}
        onResize={() => {
          if (atEnd.current) goTo("end");
          look();
        }}
      >
        {(row) => <RowView key={row.key} row={row} byId={byId} highlight={highlight?.id} />}
      </VList>
      {(ends || leftAt !== undefined) && (
        <button
          type="button"
          className={styles["jump"]}
          onClick={() => {
            if (ends) onLatest?.();
            else goTo("end");
          }}
        >
          {below > 0 && !ends ? text.newBelow(below) : text.jumpToLatest}
          <ChevronDown size={16} strokeWidth={1.5} />
        </button>
      )}
      <Announcer message={last?.state === "stored" ? last.message : undefined} />
    </section>
  );
}

interface RowViewProps {
  readonly row: Row;
  readonly byId: ReadonlyMap<string, Entry["message"]>;
  readonly highlight: string | undefined;
}

function RowView({ row, byId, highlight }: RowViewProps) {
  const text = useUiText();
  const { locale } = useLanguage();
  switch (row.type) {
    case "begin":
      return <p className={styles["begin"]}>{text.begin}</p>;
    case "day":
      return (
        <h3 className={styles["day"]}>
          <span>{dayOf(row.day, locale, text)}</span>
        </h3>
      );
    case "new":
      return (
        <div className={styles["new"]} role="separator">
          <span>{text.newMessages}</span>
        </div>
      );
    case "message": {
      const { message } = row.entry;
      return (
        <MessageView
          entry={row.entry}
          first={row.first}
          quoted={message.reply_to === null ? undefined : byId.get(message.reply_to)}
          highlighted={message.id === highlight}
        />
      );
    }
  }
}

const ANNOUNCED_CHARACTERS = 300;

/** Tells listeners of what arrives, when they have time for it. */
function Announcer({ message }: { readonly message: Entry["message"] | undefined }) {
  return (
    <VisuallyHidden>
      <span role="log" aria-live="polite">
        {message && !message.deleted_at && `${message.sender.name}: ${preview(message, ANNOUNCED_CHARACTERS)}`}
      </span>
    </VisuallyHidden>
  );
}

function lastSeq(rows: readonly Row[], from: number): number | undefined {
  for (let index = from; index >= 0; index -= 1) {
    const row = rows[index];
    if (row?.type === "message" && row.entry.state === "stored") return row.entry.message.seq;
  }
  return undefined;
}

function messageAt(rows: readonly Row[], from: number): Message | undefined {
  for (let index = from; index < rows.length; index += 1) {
    const row = rows[index]!;
    if (row.type === "message" && row.entry.state === "stored") return row.entry.message;
  }
  return undefined;
}

/** Whether a day stands there itself. */
function atTop(rows: readonly Row[], index: number): boolean {
  const type = rows[index]?.type;
  return type === "day" || type === "begin";
}

function dayAt(rows: readonly Row[], from: number): Date | undefined {
  for (let index = from; index >= 0; index -= 1) {
    const row = rows[index];
    if (row?.type === "day") return row.day;
  }
  return undefined;
}
