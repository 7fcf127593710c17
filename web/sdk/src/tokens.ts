/** Access tokens: where they come from and when the next one is wanted. */

/** The part of a token's life after which it is renewed. */
const RENEW_AFTER = 0.8;

/** An access token and the seconds that it is good for, counted from now. Nothing in it is read. */
export interface Token {
  readonly value: string;
  readonly expiresIn: number;
}

/**
 * Gives a fresh token each time it is called; `Account.token` is one. After a temporary `AccountError` it will be asked
 * again; any other error means that the user is logged out, and stops the client.
 */
export type Credentials = () => Promise<Token>;

/** Keeps the token in hand, so that a reconnect does not cost a refresh. */
export class TokenKeeper {
  #value = "";
  #renewAt = 0;

  constructor(
    private readonly credentials: Credentials,
    private readonly now: () => number,
  ) {}

  get value(): string {
    return this.#value;
  }

  get renewSeconds(): number {
    return this.#renewAt - this.now();
  }

  /** Have a token that is good. */
  async prepare(): Promise<void> {
    if (!this.#value || this.renewSeconds <= 0) await this.refresh();
  }

  /** Get a new token in any case. */
  async refresh(): Promise<void> {
    const askedAt = this.now();
    const { value, expiresIn } = await this.credentials();
    this.#value = value;
    this.#renewAt = askedAt + expiresIn * RENEW_AFTER;
  }

  /** Drop a token that was refused. */
  forget(): void {
    this.#value = "";
  }
}
