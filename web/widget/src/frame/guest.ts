/** The visitor's session: kept in this browser, so that whoever returns finds the conversation. */

import { AccountError, type Token } from "@parlance/sdk";
import type { Chat } from "@parlance/sdk/rest";
import { inTurn } from "@parlance/sdk/turns";
import { logOut, refresh, type Tokens } from "./api.ts";
import { storage } from "./storage.ts";

interface Kept {
  readonly room: string;
  readonly refreshToken: string;
  /** Who the business has said that the visitor is, if it has. */
  readonly subject?: string | undefined;
}

const EARLY_SECONDS = 30;

/** What a token says of whom it is for. The server verifies it; here it only saves asking. */
function subjectOf(token: string): string | undefined {
  try {
    const [, payload = ""] = token.split(".");
    return (JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { readonly sub?: string }).sub;
  } catch {
    return undefined;
  }
}

export class Guest {
  readonly #storage = storage("localStorage");
  /** Where it is kept. */
  readonly key: string;
  #access: { readonly value: string; readonly endsAt: number } | undefined;

  constructor(business: string) {
    this.key = `parlance-guest:${business}`;
  }

  /** The room of the conversation, if there is one. */
  get room(): string | undefined {
    return this.#kept?.room;
  }

  /** Whether the business has said who it is. */
  get isNamed(): boolean {
    return this.#kept?.subject !== undefined;
  }

  /** Whether the business has said before that this is its visitor: nobody need be asked again. */
  isKnownAs(identity: string): boolean {
    const subject = subjectOf(identity);
    return subject !== undefined && this.#kept?.subject === subject;
  }

  enter({ room, ...tokens }: Chat, identity: string | null): void {
    this.#keep(room, identity === null ? undefined : subjectOf(identity), tokens);
  }

  /** Nothing of it stays: not here, and on the server no token is good any more. */
  forget(): void {
    const kept = this.#kept;
    this.#access = undefined;
    this.#storage.set(this.key, null);
    if (kept) logOut(kept.refreshToken);
  }

  /** A token for calls; the same one until it is about to end. Fails with status 401 when the session has ended. */
  async token(): Promise<string> {
    const access = this.#access;
    if (access && access.endsAt - EARLY_SECONDS > Date.now() / 1000) return access.value;
    return (await this.fresh()).value;
  }

  /**
   * A token that is new, for the connection. A refresh token is good once: the tabs of a browser take turns, and each
   * uses what the last one has left.
   */
  readonly fresh = async (): Promise<Token> => {
    const exchange = async (): Promise<Token> => {
      const kept = this.#kept;
      if (!kept) throw new AccountError(401, "There is no conversation.", "TOKEN_MISSING");
      const tokens = await refresh(kept.refreshToken);
      if (!this.#goesOnWith(kept)) {
        logOut(tokens.refresh_token); // it was forgotten meanwhile
        throw new AccountError(401, "There is no conversation.", "TOKEN_MISSING");
      }
      this.#keep(kept.room, kept.subject, tokens);
      return { value: tokens.access_token, expiresIn: tokens.expires_in };
    };
    return this.#storage.isShared ? inTurn(`${this.key}:turn`, exchange) : exchange();
  };

  #goesOnWith({ refreshToken }: Kept): boolean {
    return this.#kept?.refreshToken === refreshToken;
  }

  get #kept(): Kept | undefined {
    const text = this.#storage.get(this.key);
    return text === null ? undefined : (JSON.parse(text) as Kept);
  }

  #keep(room: string, subject: string | undefined, { access_token, expires_in, refresh_token }: Tokens): void {
    this.#access = { value: access_token, endsAt: Date.now() / 1000 + expires_in };
    this.#storage.set(this.key, JSON.stringify({ room, refreshToken: refresh_token, subject } satisfies Kept));
  }
}
