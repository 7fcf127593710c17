/** A person's way in: registering, logging in, and tokens for everything else. */

import { now } from "../clock.ts";
import { AccountError } from "../errors.ts";
import type { Token } from "../tokens.ts";
import type { Routes, Session, User } from "./api.ts";
import { call, type Input, type Inputs, type Route } from "./call.ts";
import { inTurn } from "./turns.ts";

/** The token that came with the login is given out first, unless it has become this old. */
const UNUSED_SECONDS = 60;

type Way = "POST /api/auth/register" | "POST /api/auth/login" | "POST /api/auth/refresh";

export interface AccountOptions {
  /**
   * Where the refresh token is kept. `cookie`, for pages: where no script can read it, shared by all tabs, and still
   * there after a reload. `token`, for other programs: in this object.
   */
  readonly session: "cookie" | "token";
}

/**
 * `token` is what a `Client` wants as its credentials, `call` is the whole REST API. Calls fail with `AccountError`.
 *
 * A refresh token is good once: each refresh brings the next one, and using an old one again ends the session. So
 * refreshes take turns, within this object and between the tabs of a browser.
 */
export class Account {
  readonly #base: URL;
  #login: Session | undefined;
  #enteredAt = 0;
  #given = false;
  #refreshing: Promise<Session> | undefined;

  /** `url` is the server's (`https://chat.example.com`). */
  constructor(
    url: string | URL,
    private readonly options: AccountOptions = { session: "cookie" },
  ) {
    this.#base = new URL(url);
  }

  /** Who is logged in. */
  get user(): User | undefined {
    return this.#login?.user;
  }

  /** Open an account and log in to it. Status 409: the name is taken. */
  async register(username: string, password: string, displayName?: string): Promise<User> {
    const person = { username, password, display_name: displayName };
    return this.#enter(await this.#post("POST /api/auth/register", person)).user;
  }

  /** Log in. Status 401: wrong name or wrong password; the server does not tell which. */
  async login(username: string, password: string): Promise<User> {
    return this.#enter(await this.#post("POST /api/auth/login", { username, password })).user;
  }

  /** Go on with the session whose cookie the browser has, after a reload; undefined if there is none. */
  async restore(): Promise<User | undefined> {
    try {
      return (await this.#refresh()).user;
    } catch (error) {
      if (error instanceof AccountError && !error.temporary) return undefined;
      throw error;
    }
  }

  /** End the session, in all tabs, and with it the connections that were made with its tokens. */
  async logout(everywhere = false): Promise<void> {
    const login = this.#login;
    this.#login = undefined;
    const body = { everywhere, refresh_token: login?.refresh_token };
    await call(this.#base, "POST /api/auth/logout", { body }, login?.access_token);
  }

  /** An access token that was not given before. Fails with status 401 when the session has ended. */
  readonly token = async (): Promise<Token> => {
    const isUnused = !this.#given && now() - this.#enteredAt <= UNUSED_SECONDS;
    const login = isUnused ? this.#current() : await this.#refresh();
    this.#given = true;
    return { value: login.access_token, expiresIn: login.expires_in - (now() - this.#enteredAt) };
  };

  /** Call the REST API as this user: `account.call("GET /api/rooms", { query: { prefix: "lo" } })`. */
  async call<R extends Route>(route: R, ...[input]: Inputs<R>): Promise<Routes[R]["answer"]> {
    const login = this.#current();
    try {
      return await this.#call(route, input, login);
    } catch (error) {
      if (!(error instanceof AccountError && error.status === 401)) throw error;
    }
    return this.#call(route, input, this.#login === login ? await this.#refresh() : this.#current());
  }

  async #call<R extends Route>(route: R, input: Input<R> | undefined, login: Session): Promise<Routes[R]["answer"]> {
    return call(this.#base, route, input, login.access_token);
  }

  #current(): Session {
    if (!this.#login) throw new AccountError(401, "Nobody is logged in.", "TOKEN_MISSING");
    return this.#login;
  }

  /** Whoever wants a refresh while one is under way gets that one. */
  async #refresh(): Promise<Session> {
    this.#refreshing ??= inTurn("parlance-refresh", async () => this.#exchange()).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #exchange(): Promise<Session> {
    const before = this.#login;
    const session = await this.#post("POST /api/auth/refresh", { refresh_token: before?.refresh_token });
    if (this.#login !== before) throw new AccountError(401, "The session was ended meanwhile.", "SESSION_ENDED");
    if (before && before.user.id !== session.user.id) {
      throw new AccountError(401, "Somebody else has logged in.", "OTHER_USER"); // in another tab
    }
    return this.#enter(session);
  }

  /** Ask for a session, to be kept where it is wanted. */
  async #post<R extends Way>(route: R, body: Omit<Routes[R]["body"], "session">): Promise<Session> {
    return call(this.#base, route, { body: { ...body, ...this.options } } as Input<R>);
  }

  #enter(session: Session): Session {
    this.#login = session;
    this.#enteredAt = now();
    this.#given = false;
    return session;
  }
}
