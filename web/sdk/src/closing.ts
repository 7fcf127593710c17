/** Why connections end, and what to do then. */

import type { Backoff } from "./backoff.ts";

/** Close codes that have a meaning here. After any other the client connects again, with back-off. */
export const CloseCode = {
  /** The client itself leaves a server that is about to stop. */
  MOVED: 1000,
  LOST: 1006,
  TOO_BIG: 1009,
  OVERLOADED: 1013,
  MALFORMED: 4400,
  UNAUTHENTICATED: 4401,
  FORBIDDEN: 4403,
} as const;

const FINAL: ReadonlySet<number> = new Set([CloseCode.TOO_BIG, CloseCode.MALFORMED, CloseCode.FORBIDDEN]);

const OF_ERRORS: Readonly<Record<string, number>> = {
  invalid: CloseCode.MALFORMED,
  unauthenticated: CloseCode.UNAUTHENTICATED,
  forbidden: CloseCode.FORBIDDEN,
};

/** A connection that held this long ends a row of failures. */
const STABLE_SECONDS = 10;

/** A server that has welcomed somebody is well, however soon the network takes them away: a row is shortened to this. */
const MOST_LOSSES = 4;

/** The close code that an error before the welcome stands for. */
export function closeCodeOf(errorCode: string): number {
  return OF_ERRORS[errorCode] ?? CloseCode.OVERLOADED;
}

/** Decides after each end of a connection, or of the attempt to make one. */
export class ReconnectPolicy {
  #failures = 0;
  #tokenRefused = false;

  constructor(private readonly backoff: Backoff) {}

  /**
   * Seconds until the next attempt; null where one would be pointless. `onlineSeconds` counts from the welcome.
   *
   * A refused token is replaced at once, but only one time. A client that moves need not wait either, for it has chosen
   * a random moment already.
   */
  delayAfter(code: number, onlineSeconds: number): number | null {
    if (FINAL.has(code)) return null;
    if (onlineSeconds > 0) this.#tokenRefused = false;
    if (onlineSeconds >= STABLE_SECONDS) this.#failures = 0;
    else if (onlineSeconds > 0 && code === CloseCode.LOST) this.#failures = Math.min(this.#failures, MOST_LOSSES - 1);
    if (code === CloseCode.UNAUTHENTICATED) {
      if (this.#tokenRefused) return null;
      this.#tokenRefused = true;
    }
    this.#failures += 1;
    const atOnce = this.#failures === 1 && (code === CloseCode.UNAUTHENTICATED || code === CloseCode.MOVED);
    return atOnce ? 0 : this.backoff.delay(this.#failures);
  }
}
