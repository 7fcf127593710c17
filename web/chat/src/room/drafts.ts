/** What was begun to be written, by room. Kept in the browser, so that it is still there after a reload and in other tabs. */

export class Drafts {
  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
    private readonly userId: string,
  ) {}

  get(room: string): string {
    return this.storage.getItem(this.#key(room)) ?? "";
  }

  set(room: string, text: string): void {
    if (text) this.storage.setItem(this.#key(room), text);
    else this.storage.removeItem(this.#key(room));
  }

  #key(room: string): string {
    return `parlance-draft ${this.userId} ${room}`;
  }
}
