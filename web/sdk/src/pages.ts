/** The rooms' timelines, loaded page by page: the newest messages of each, and whatever of the past one looks at. */

import type { Client } from "./client.ts";
import { Listeners } from "./listeners.ts";
import { Timeline } from "./timeline.ts";

/** Messages that the server gives at once where no number is named. */
export const PAGE = 50;

export class Pages {
  readonly #timelines = new Map<string, Timeline>();
  /** What is shown of a room instead of its newest messages, and what will be as soon as it has come. */
  readonly #past = new Map<string, Timeline>();
  readonly #coming = new Map<string, Timeline>();
  readonly #listeners = new Listeners<string>();
  protected readonly tell = this.#listeners.tell.bind(this.#listeners);

  constructor(protected readonly client: Client) {}

  /** Hear which room's timeline has changed; returns how to stop. */
  readonly listen = this.#listeners.add;

  /** What is known of a room; empty until it is opened. */
  get(room: string): Timeline {
    let timeline = this.#timelines.get(room);
    if (!timeline) this.#timelines.set(room, (timeline = new Timeline()));
    return timeline;
  }

  /** Load a room's newest messages, unless they are known, and keep them up to date from then on. */
  async open(room: string): Promise<Timeline> {
    const timeline = this.get(room);
    if (!timeline.live) await this.client.join(room);
    return timeline;
  }

  /** What is looked at: the past that `lookBack` has loaded, until it reaches the newest messages; else these. */
  shown(room: string): Timeline {
    return this.#past.get(room) ?? this.get(room);
  }

  /** Look at what was said around a `seq`, however long ago. Until it is there, what was shown stays. */
  async lookBack(room: string, seq: number): Promise<void> {
    const newest = await this.open(room);
    this.#coming.delete(room);
    if (this.shown(room).covers(seq)) return;
    if (newest.covers(seq)) {
      this.lookAhead(room);
      return;
    }
    const past = new Timeline(seq + PAGE);
    this.#coming.set(room, past);
    await this.#load(room, past, past.first, 2 * PAGE);
    if (this.#coming.get(room) !== past) return; // looked elsewhere meanwhile
    this.#coming.delete(room);
    this.#past.set(room, past);
    this.#meet(room);
  }

  /** Look at the newest messages again. */
  lookAhead(room: string): void {
    this.#coming.delete(room);
    if (this.#past.delete(room)) this.tell(room);
  }

  /** Load the page before what is shown. */
  async loadOlder(room: string, limit = PAGE): Promise<void> {
    const timeline = this.shown(room);
    if (!timeline.complete) await this.#load(room, timeline, timeline.first, limit);
    this.#meet(room);
  }

  /** Load the page after what is shown, if that is the past. */
  async loadNewer(room: string, limit = PAGE): Promise<void> {
    const past = this.#past.get(room);
    if (past) await this.#load(room, past, past.last + 1 + limit, limit);
    this.#meet(room);
  }

  async #load(room: string, timeline: Timeline, before: number, limit: number): Promise<void> {
    if (timeline.loading || !(timeline.live || this.#coming.get(room) === timeline)) return;
    timeline.loading = true;
    this.tell(room);
    try {
      await this.client.history(room, before, limit);
    } finally {
      timeline.loading = false;
      this.tell(room);
    }
  }

  /** When the past reaches the newest messages, they go on as one. */
  #meet(room: string): void {
    const past = this.#past.get(room);
    if (past && this.get(room).absorb(past)) this.#past.delete(room);
    this.tell(room);
  }

  /** All that is kept of a room. */
  protected all(room: string): Timeline[] {
    return [this.get(room), this.#past.get(room), this.#coming.get(room)].filter((timeline) => timeline !== undefined);
  }

  protected known(room: string): Timeline | undefined {
    return this.#timelines.get(room);
  }

  protected forget(room: string): void {
    this.lookAhead(room);
    if (this.#timelines.delete(room)) this.tell(room);
  }
}
