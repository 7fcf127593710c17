/** One timeline of what was said to the visitor and what agents noted among themselves. */

import type { Entry, Message } from "@parlance/sdk";

/** A note takes the place of the message before it: places in the conversation are the visitor's. */
const placed = new WeakMap<Message, Entry>();

export function merged(said: readonly Entry[], noted: readonly Entry[]): readonly Entry[] {
  if (noted.length === 0) return said;
  const entries: Entry[] = [];
  let at = 0;
  let seq = 0;
  for (const entry of said) {
    while (at < noted.length && isBefore(noted[at]!, entry)) entries.push(inPlace(noted[at++]!, seq));
    entries.push(entry);
    if (entry.state === "stored") ({ seq } = entry.message);
  }
  for (; at < noted.length; at += 1) entries.push(inPlace(noted[at]!, seq));
  return entries;
}

function isBefore(note: Entry, said: Entry): boolean {
  return Date.parse(note.message.sent_at) < Date.parse(said.message.sent_at);
}

/** The same object for the same note, so that it is not drawn again. */
function inPlace(note: Entry, seq: number): Entry {
  const known = placed.get(note.message);
  if (known?.message.seq === seq && known.state === note.state) return known;
  const entry = { ...note, message: { ...note.message, seq } };
  placed.set(note.message, entry);
  return entry;
}
