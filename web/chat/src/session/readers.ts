/** Who has read how far, as far as it was heard of: whoever writes has read what stands before. */

import { Listeners, type Client } from "@parlance/sdk";

export class Readers {
  readonly #seen = new Map<string, Map<string, number>>();
  readonly #listeners = new Listeners<string>();

  constructor(client: Client) {
    client.listen((event) => {
      if (event.type === "read") this.#note(event.room, event.user, event.seq);
      else if (event.type === "message") this.#note(event.room, event.message.sender.id, event.message.seq);
      else if (event.type === "room_deleted") this.#seen.delete(event.room);
    });
  }

  /** Hear of whose room something has changed. */
  readonly listen = this.#listeners.add;

  /** The ids of those who have read up to a `seq`, or further. */
  of(room: string, seq: number): string[] {
    return [...(this.#seen.get(room) ?? new Map<string, number>())].filter(([, read]) => read >= seq).map(([user]) => user);
  }

  #note(room: string, user: string, seq: number): void {
    const seen = this.#seen.get(room) ?? new Map<string, number>();
    this.#seen.set(room, seen);
    if (seq <= (seen.get(user) ?? 0)) return;
    seen.set(user, seq);
    this.#listeners.tell(room);
  }
}
