/** What a person does often and the server needs to hear only now and then. */

/** Others forget that somebody is writing after 6 seconds; say it again before. */
const TYPING_SECONDS = 3;

const READ_SECONDS = 1;

/** Decides which strokes of a key are worth a frame. */
export class TypingThrottle {
  readonly #toldAt = new Map<string, number>();

  /** Whether to tell that one is, or is no longer, writing in a room. */
  allows(room: string, on: boolean, now: number): boolean {
    if (!on) return this.#toldAt.delete(room);
    if (now - (this.#toldAt.get(room) ?? -Infinity) < TYPING_SECONDS) return false;
    this.#toldAt.set(room, now);
    return true;
  }

  /** A message has gone out: it tells everybody that the writing is over. */
  sent(room: string): void {
    this.#toldAt.delete(room);
  }
}

/** Moves read markers at once, and while one scrolls at most once a second, to where one has come by then. */
export class ReadThrottle {
  readonly #markers = new Map<string, { told: number; seq: number; resting: boolean }>();

  constructor(private readonly tell: (room: string, seq: number) => void) {}

  moveTo(room: string, seq: number): void {
    const marker = this.#markers.get(room) ?? { told: 0, seq: 0, resting: false };
    this.#markers.set(room, marker);
    marker.seq = Math.max(marker.seq, seq);
    if (!marker.resting) this.#settle(room, marker);
  }

  #settle(room: string, marker: { told: number; seq: number; resting: boolean }): void {
    marker.resting = marker.seq > marker.told;
    if (!marker.resting) return;
    marker.told = marker.seq;
    this.tell(room, marker.seq);
    setTimeout(() => {
      this.#settle(room, marker);
    }, READ_SECONDS * 1000);
  }
}
