/** Whether somebody is logged in, and who. */

import { Listeners } from "@parlance/sdk";
import { Account } from "@parlance/sdk/rest";
import { Chat } from "./chat.ts";

export type SessionState =
  | { readonly type: "restoring" }
  /** The server cannot be asked whether the session still stands. */
  | { readonly type: "unreachable" }
  | { readonly type: "signed-out"; readonly expired: boolean }
  | { readonly type: "signed-in"; readonly chat: Chat };

const RETRY_SECONDS = 3;
/** Says, to all tabs, that there is a session to go on with. */
const LOGGED_IN = "parlance-logged-in";

export class BrowserSession {
  readonly account = new Account(location.origin);
  readonly #listeners = new Listeners();
  #state: SessionState = { type: "restoring" };
  #end: (() => void) | undefined;

  readonly listen = this.#listeners.add;

  get state(): SessionState {
    return this.#state;
  }

  /** Go on with the session that the browser has, if it has one. */
  async restore(): Promise<void> {
    try {
      const user = localStorage.getItem(LOGGED_IN) && (await this.account.restore());
      if (user) this.#enter();
      else this.#become({ type: "signed-out", expired: false });
    } catch {
      this.#become({ type: "unreachable" });
      setTimeout(() => void this.restore(), RETRY_SECONDS * 1000);
    }
  }

  async login(username: string, password: string): Promise<void> {
    await this.account.login(username, password);
    this.#enter();
  }

  async register(username: string, password: string, displayName: string): Promise<void> {
    await this.account.register(username, password, displayName);
    this.#enter();
  }

  async logout(everywhere = false): Promise<void> {
    try {
      await this.account.logout(everywhere);
    } finally {
      this.#leave(false);
    }
  }

  #enter(): void {
    localStorage.setItem(LOGGED_IN, "yes");
    const chat = new Chat(this.account, this.account.user!);
    chat.client.listen((event) => {
      // Logged out elsewhere, removed, or expired: the login is asked for again.
      if (event.type === "offline" && event.retrySeconds === null && event.reason !== "CLOSED") this.#leave(true);
    });
    this.#end = chat.start();
    this.#become({ type: "signed-in", chat });
  }

  #leave(expired: boolean): void {
    this.#end?.();
    this.#end = undefined;
    localStorage.removeItem(LOGGED_IN);
    this.#become({ type: "signed-out", expired });
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#listeners.tell();
  }
}
