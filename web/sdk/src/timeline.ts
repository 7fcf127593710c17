/** A stretch of one room's messages without a gap: the newest, with one's own that are on their way, or older ones. */

import type { Refused } from "./errors.ts";
import type { Message } from "./protocol.ts";

/**
 * A message as one sees it. Its `message.id` stays the same from the echo of what was just written to the stored
 * message; until it is stored, `seq` and `revision` are 0.
 */
export interface Entry {
  readonly message: Message;
  readonly state: "sending" | "failed" | "stored";
  /** Why it failed. */
  readonly error?: Refused;
}

export class Timeline {
  /** Whether it is kept up to date. If not, what is shown is from before, until it is loaded (anew). */
  live = false;
  /** Whether it reaches back to the room's first message. */
  complete = false;
  /** Whether a page of it is under way. */
  loading = false;
  #stored: Entry[] = [];
  #echoes: Entry[] = [];
  /** From this `seq` on nothing is missing … */
  #first: number;
  /** … up to this one. */
  #last: number;
  /** Changes of other messages, for the page of them that is being loaded. */
  readonly #aside = new Map<number, Message>();
  #entries: readonly Entry[] | undefined;

  /** It ends before a `seq`, or else goes on with the newest messages. */
  constructor(end = Infinity) {
    this.#first = end;
    this.#last = end - 1;
  }

  /** All that is to be seen, oldest first. The same array until something changes. */
  get entries(): readonly Entry[] {
    return (this.#entries ??= [...this.#stored, ...this.#echoes]);
  }

  /** The `seq` before which the next page of history ends. */
  get first(): number {
    return this.#first;
  }

  /** The `seq` up to which it is known; infinite if it goes on with what is new. */
  get last(): number {
    return this.#last;
  }

  /** Whether the message with this `seq`, if there is one, is here as it stands. */
  covers(seq: number): boolean {
    return this.live && seq >= this.#first && seq <= this.#last;
  }

  /** Begin (anew) with the newest messages, of which there are more unless they are fewer than a page. */
  restart(messages: readonly Message[]): void {
    this.#stored = messages.map(stored);
    this.#first = messages[0]?.seq ?? 1;
    this.complete = this.#first === 1;
    this.live = true;
    this.#aside.clear();
    const known = new Set(messages.map(({ id }) => id));
    this.#echoes = this.#echoes.filter(({ message, state }) => state !== "stored" && !known.has(message.id));
    this.#changed();
  }

  /** Too much was missed. What is known stays to be seen until the restart. */
  interrupt(): void {
    this.live = false;
  }

  /** Take in a message as it stands: a new one, or one that has changed. */
  show(message: Message): void {
    if (!this.live && !this.#ends) {
      this.#changeEcho(message.id, () => stored(message));
      return;
    }
    this.dismiss(message.id);
    if (this.covers(message.seq)) this.#insert(message);
    else if (this.loading && message.revision > (this.#aside.get(message.seq)?.revision ?? 0)) this.#aside.set(message.seq, message);
  }

  /** Take in a page of messages, newest first, that was asked for with `before`, if it borders on what is known. */
  take(messages: readonly Message[], before: number, limit: number): void {
    const page = messages.toReversed();
    if (before === this.#first) {
      if (this.#stored.length === 0 && this.#ends) this.#last = page.at(-1)?.seq ?? 0;
      this.#stored.unshift(...page.map(stored));
      this.#first = page[0]?.seq ?? before;
      this.complete = messages.length < limit || this.#first === 1;
    } else if (before - limit === this.#last + 1) {
      this.#stored.push(...page.filter(({ seq }) => seq > this.#last).map(stored));
      this.#last = this.#stored.at(-1)!.message.seq;
    } else return; // asked before a restart, or twice
    if (this.#ends) this.live = true;
    for (const [seq, message] of this.#aside) if (this.covers(seq)) this.#insert(message);
    this.#aside.clear();
    this.#changed();
  }

  /** Go back as far as older messages that border on these. False: there is a gap between the two. */
  absorb(older: Timeline): boolean {
    if (!this.live || older.#last + 1 < this.#first) return false;
    this.#stored.unshift(...older.#stored.filter(({ message }) => message.seq < this.#first));
    this.#first = Math.min(older.#first, this.#first);
    this.complete ||= older.complete;
    this.#changed();
    return true;
  }

  /** Show what was just written. */
  echo(message: Message): void {
    this.dismiss(message.id);
    this.#echoes.push({ message, state: "sending" });
  }

  /** What was written cannot be stored. It stays in place, to be tried again or taken away. */
  fail(messageId: string, error: Refused): void {
    this.#changeEcho(messageId, ({ message }) => ({ message, state: "failed", error }));
  }

  /** Take away what is not stored. */
  dismiss(messageId: string): void {
    this.#echoes = this.#echoes.filter(({ message }) => message.id !== messageId);
    this.#changed();
  }

  /** Put a message in its place, unless a later state of it is there. */
  #insert(message: Message): void {
    const place = this.#stored.findLastIndex((entry) => entry.message.seq < message.seq) + 1;
    const there = this.#stored[place];
    if (there?.message.seq !== message.seq) this.#stored.splice(place, 0, stored(message));
    else if (there.message.revision < message.revision) this.#stored[place] = stored(message);
  }

  get #ends(): boolean {
    return this.#last < Infinity;
  }


  #changeEcho(messageId: string, change: (echo: Entry) => Entry): void {
    this.#echoes = this.#echoes.map((echo) => (echo.message.id === messageId ? change(echo) : echo));
    this.#changed();
  }

  #changed(): void {
    this.#entries = undefined;
  }
}

function stored(message: Message): Entry {
  return { message, state: "stored" };
}
