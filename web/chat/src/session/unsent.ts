/** Keeps what could not be sent yet, so that another run of the page sends it: after a reload, a crash, a dead battery. */

import type { SendMessage } from "@parlance/sdk";

type Tabs = Pick<LockManager, "request">;

/**
 * Each tab has an outbox of its own, kept under the tab's name, and holds a lock of that name while it lives. What a tab
 * has left behind whose lock is free is taken over by the next one that looks. Taken twice it would still be stored once,
 * for messages keep their ids.
 */
export class Unsent {
  readonly #prefix: string;
  readonly #key: string;
  readonly #tab = `${Math.random()}`; // `crypto.randomUUID` is missing on insecure addresses
  #kept = "";

  /** `tabs` is missing where the browser has no locks to offer, on insecure addresses. */
  constructor(
    private readonly storage: Storage,
    private readonly tabs: Tabs | undefined,
    userId: string,
  ) {
    this.#prefix = `parlance-unsent ${userId} `;
    this.#key = this.#prefix + this.#tab;
  }

  /** Live, until `ended`. */
  hold(ended: AbortSignal): void {
    const untilEnded = async (): Promise<void> =>
      new Promise((resolve) => {
        ended.addEventListener("abort", () => {
          resolve();
        });
      });
    void this.tabs?.request(this.#key, untilEnded);
  }

  keep(messages: readonly SendMessage[]): void {
    const ids = messages.map(({ message_id }) => message_id).join();
    if (ids === this.#kept) return;
    this.#kept = ids;
    if (ids) this.storage.setItem(this.#key, JSON.stringify(messages));
    else this.storage.removeItem(this.#key);
  }

  /** What dead tabs have left. It is theirs no longer: `resend` must put it into this tab's outbox. */
  async adopt(resend: (message: SendMessage) => void): Promise<void> {
    const keys = Object.keys(this.storage).filter((key) => key.startsWith(this.#prefix) && key !== this.#key);
    for (const key of keys.sort()) {
      const take = (): void => {
        const left = this.storage.getItem(key);
        if (left) for (const message of JSON.parse(left) as SendMessage[]) resend(message);
        this.storage.removeItem(key);
      };
      if (this.tabs) await this.tabs.request(key, { ifAvailable: true }, (lock) => { if (lock) take(); });
      else take();
    }
  }
}
