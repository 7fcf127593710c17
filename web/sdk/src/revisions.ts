/** More rooms than this the server does not take in one `resume`. */
const MOST_RESUMED = 1000;

/**
 * How far each room has been seen: one number a room is all that it takes to resume.
 *
 * Only events and the answer to `join_room` move it. The answer to a send does not: it tells of one's own message, and
 * changes of others with lower revisions may still be on their way. Rooms stand in the order in which they were last
 * heard of.
 */
export class Revisions {
  readonly #seen: Map<string, number>;

  constructor(seen: Readonly<Record<string, number>>) {
    this.#seen = new Map(Object.entries(seen));
  }

  /** As it is sent, and kept for another run of the program. */
  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#seen);
  }

  /** Note an event; false if it, or a later one, has been seen before. */
  advance(room: string, revision: number): boolean {
    if (revision <= (this.#seen.get(room) ?? 0)) return false;
    this.restart(room, revision);
    return true;
  }

  /** Begin with a room as the server lists it. One that is known keeps its revision: its events are still to come. */
  discover(room: string, revision: number): void {
    if (!this.#seen.has(room)) this.#seen.set(room, revision);
  }

  /** Begin anew after a reload; events that the reload did not cover follow. */
  restart(room: string, revision: number): void {
    this.#seen.delete(room);
    this.#seen.set(room, revision);
  }

  /** Stop resuming a room that was left, is gone, or must be loaded anew. */
  forget(room: string): void {
    this.#seen.delete(room);
  }

  /** Stop resuming the rooms that are too many, and were quiet for the longest time; returns them. */
  forgetAllButTheLatest(): string[] {
    const tooMany = [...this.#seen.keys()].slice(0, -MOST_RESUMED);
    for (const room of tooMany) this.forget(room);
    return tooMany;
  }
}
