/** What stands below one another in a list of messages. */

import type { Entry } from "@parlance/sdk";

const GROUP_MINUTES = 5;

export type Row =
  | { readonly type: "begin"; readonly key: string }
  | { readonly type: "day"; readonly key: string; readonly day: Date }
  | { readonly type: "new"; readonly key: string }
  | { readonly type: "message"; readonly key: string; readonly entry: Entry; readonly first: boolean };

/** `complete`: the room begins with the first entry. `firstUnread`: the `seq` before which "new" stands. */
export function rowsOf(entries: readonly Entry[], complete: boolean, firstUnread?: number): Row[] {
  const rows: Row[] = complete ? [{ type: "begin", key: "begin" }] : [];
  let previous: Entry | undefined;
  for (const entry of entries) {
    const { message, state } = entry;
    const sent = new Date(message.sent_at);
    const newDay = !previous || !isSameDay(new Date(previous.message.sent_at), sent);
    const isFirstUnread = state === "stored" && message.seq === firstUnread; // there is no gap, so it is there or not loaded
    if (newDay) rows.push({ type: "day", key: `day ${sent.toDateString()}`, day: sent });
    if (isFirstUnread) rows.push({ type: "new", key: "new" });
    const first = newDay || isFirstUnread || !previous || !belongsTo(previous, entry);
    rows.push({ type: "message", key: message.id, entry, first });
    previous = entry;
  }
  return rows;
}

function belongsTo(previous: Entry, entry: Entry): boolean {
  const [before, after] = [previous.message, entry.message];
  const minutes = (Date.parse(after.sent_at) - Date.parse(before.sent_at)) / 60_000;
  return (
    before.sender.id === after.sender.id &&
    before.kind === after.kind &&
    after.reply_to === null &&
    minutes < GROUP_MINUTES
  );
}

function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}
