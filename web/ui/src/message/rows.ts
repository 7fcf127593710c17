/** What stands below one another in a list of messages. */

import type { Entry, Message } from "@parlance/sdk";

const GROUP_MS = 5 * 60_000;

export type Row =
  | { readonly type: "begin"; readonly key: string }
  | { readonly type: "day"; readonly key: string; readonly day: Date }
  | { readonly type: "new"; readonly key: string }
  | { readonly type: "message"; readonly key: string; readonly entry: Entry; readonly first: boolean };

/**
 * `complete`: the room begins with the first entry. `firstUnread`: the `seq` before which "new" stands. `isNote`: what
 * must not be taken for a part of what stands beside it.
 */
export function rowsOf(
  entries: readonly Entry[],
  complete: boolean,
  firstUnread?: number,
  isNote: (message: Message) => boolean = none,
): Row[] {
  const rows: Row[] = complete ? [{ type: "begin", key: "begin" }] : [];
  let previous: Entry | undefined;
  for (const entry of entries) {
    const { message, state } = entry;
    const sent = momentOf(message);
    const newDay = !previous || momentOf(previous.message).day !== sent.day;
    const isFirstUnread = state === "stored" && message.seq === firstUnread; // there is no gap, so it is there or not loaded
    if (newDay) rows.push({ type: "day", key: `day ${sent.day}`, day: new Date(sent.ms) });
    if (isFirstUnread) rows.push({ type: "new", key: "new" });
    const first = newDay || isFirstUnread || !previous || !belongsTo(previous, entry) || isNote(previous.message) !== isNote(message);
    rows.push({ type: "message", key: message.id, entry, first });
    previous = entry;
  }
  return rows;
}

function none(): boolean {
  return false;
}

function belongsTo(previous: Entry, entry: Entry): boolean {
  const [before, after] = [previous.message, entry.message];
  return (
    before.sender.id === after.sender.id &&
    before.kind === after.kind &&
    after.reply_to === null &&
    momentOf(after).ms - momentOf(before).ms < GROUP_MS
  );
}

interface Moment {
  readonly ms: number;
  /** The day in the reader's zone. */
  readonly day: string;
}

/** Reading a date costs more than all the rest, and the same thousands of messages are looked at with each new one. */
const moments = new WeakMap<Message, Moment>();

function momentOf(message: Message): Moment {
  let moment = moments.get(message);
  if (!moment) {
    const date = new Date(message.sent_at);
    moments.set(message, (moment = { ms: date.getTime(), day: date.toDateString() }));
  }
  return moment;
}
