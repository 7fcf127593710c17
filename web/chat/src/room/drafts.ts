/** What was begun to be written, by room. Kept in the browser, so that it is still there after a reload and in other tabs. */

import { Listeners } from "@parlance/sdk";

export class Drafts {
  readonly #listeners = new Listeners();

  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
    private readonly userId: string,
  ) {}

  /** Hear when a draft is begun or gone. */
  readonly listen = this.#listeners.add;

  get(room: string): string {
    return this.storage.getItem(this.#key(room)) ?? "";
  }

  set(room: string, text: string): void {
    const before = this.get(room);
    if (text) this.storage.setItem(this.#key(room), text);
    else this.storage.removeItem(this.#key(room));
    if (before !== text) this.#listeners.tell();
  }

  #key(room: string): string {
    return `parlance-draft ${this.userId} ${room}`;
  }
}
