/**
 * What waits for its answer: kept until the server has given it, and never out of order.
 *
 * A room's messages go one at a time: the next one leaves when the one before it is acknowledged or has failed for good.
 * Were they sent without waiting, the server could refuse one for the moment and store the one behind it. Rooms do not
 * wait for each other, nor for other requests, which each go by themselves.
 */

import type { Auth, ClientFrame, Ping, SendMessage, Typing } from "./protocol.ts";

/** What is answered, and kept until then. */
export type Request = Exclude<ClientFrame, Auth | Ping | Typing>;

/** Unanswered at a time: half of what a server takes at once, so that coming back with much to do is not too fast. */
const MOST_UNDER_WAY = 50;

/** One request; `text` is its frame, the same each time it is sent. */
export class Waiting {
  failures = 0;
  notBefore = -Infinity;
  underWay = false;

  constructor(
    readonly id: number,
    readonly request: Request,
    readonly text: string,
  ) {}

  /** Those of the same line go one after the other. */
  get line(): string | number {
    return this.request.type === "send_message" ? this.request.room : this.id;
  }

  /**
   * Whether to send it again after this error. Everything is, when it came too fast. A message is in any case, for it
   * must not be lost; whoever asked for something else is told that it cannot be done at the moment.
   */
  passes(code: string): boolean {
    if (code === "rate_limited") return true;
    return this.request.type === "send_message" && (code === "unavailable" || code === "internal");
  }
}

/** Decides what may be sent now. The server recognises a message that it has by its id. */
export class Outbox {
  readonly #lines = new Map<string | number, Waiting[]>();
  readonly #waiting = new Map<number, Waiting>();

  /** The messages that the server has not acknowledged, in the order in which they were written. */
  get messages(): SendMessage[] {
    return [...this.#waiting.values()].map(({ request }) => request).filter((request) => request.type === "send_message");
  }

  /** Line up behind the room's other messages. */
  add(waiting: Waiting): void {
    this.#waiting.set(waiting.id, waiting);
    const line = this.#lines.get(waiting.line);
    if (line) line.push(waiting);
    else this.#lines.set(waiting.line, [waiting]);
  }

  /** The frames to send now; they count as under way from then on. */
  take(now: number): string[] {
    const going = this.#firstOfEachLine()
      .filter((first) => !first.underWay && first.notBefore <= now)
      .slice(0, this.#mayGo());
    for (const waiting of going) waiting.underWay = true;
    return going.map(({ text }) => text);
  }

  /** Look up what is not settled. */
  find(requestId: unknown): Waiting | undefined {
    return this.#waiting.get(requestId as number);
  }

  /** Forget what is answered, refused or withdrawn. The next of its line may go. */
  remove(waiting: Waiting): void {
    this.#waiting.delete(waiting.id);
    const rest = this.#lines.get(waiting.line)!.filter((other) => other !== waiting);
    if (rest.length) this.#lines.set(waiting.line, rest);
    else this.#lines.delete(waiting.line);
  }

  /** Try it again, not before `until`; those behind it wait with it. */
  postpone(waiting: Waiting, until: number): void {
    waiting.underWay = false;
    waiting.notBefore = until;
  }

  /** The connection is gone, and with it whatever was under way. */
  rewind(): void {
    for (const first of this.#firstOfEachLine()) first.underWay = false;
  }

  /** When something may go that may not go yet; never if that depends on answers alone. */
  get nextAttemptAt(): number {
    if (!this.#mayGo()) return Infinity;
    return Math.min(...this.#firstOfEachLine().map((first) => (first.underWay ? Infinity : first.notBefore)));
  }

  /** How many more may be under way. */
  #mayGo(): number {
    return MOST_UNDER_WAY - this.#firstOfEachLine().filter((first) => first.underWay).length;
  }

  #firstOfEachLine(): Waiting[] {
    return [...this.#lines.values()].map((line) => line[0]!);
  }
}
