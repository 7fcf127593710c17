/** What can go wrong for a user of the SDK. A lost connection is none of these: it is repaired, and told as an event. */

/**
 * The server did not do what was asked, and nothing was changed.
 *
 * `code` is one of the kinds in docs/errors.md, `reason` a stable name for programs, the message a sentence for people.
 */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly code: string,
    readonly reason: string,
    message: string,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

/** The client was closed, or the server told it to stay away (`code` is then the close code). */
export class Stopped extends Error {
  override readonly name = "Stopped";

  constructor(
    readonly reason: string,
    readonly code?: number,
  ) {
    super(reason);
  }
}

/** A frame made no sense. Client and server are of versions that do not fit together. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** A REST call failed: `status` is the HTTP status, 0 when the server cannot be reached; the rest is as in `Refused`. */
export class AccountError extends Error {
  override readonly name = "AccountError";

  constructor(
    readonly status: number,
    message: string,
    readonly reason = "",
    readonly field?: string,
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  /** Whether the same call may work later. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}
