/** A server that has not said welcome after this long will not. */
const WELCOME_SECONDS = 20;

/** A server that does not answer a probe this soon is gone. */
const PROBE_SECONDS = 5;

/** The state and the timers of one connection. Times are of the session's clock; `Infinity` is never. */
export class Link {
  online = false;
  dropped = false;
  heartbeatSeconds = WELCOME_SECONDS / 2;
  pingAt = Infinity;
  /** When to leave a server that is about to stop. */
  moveAt = Infinity;
  /** The request that showed the last token; 0 before the first. */
  renewalId = 0;
  #probedUntil = Infinity;

  constructor(
    private heardAt: number,
    public renewAt: number,
  ) {}

  /** The server was heard of. */
  heard(now: number): void {
    this.heardAt = now;
    this.#probedUntil = Infinity;
  }

  /** The server has been asked whether it is there. */
  probed(now: number): void {
    this.#probedUntil = Math.min(this.#probedUntil, now + PROBE_SECONDS);
  }

  /** When the silence of the server means that it is gone. */
  get deadAt(): number {
    return Math.min(this.heardAt + 2 * this.heartbeatSeconds, this.#probedUntil);
  }

  /** When the first of the timers ends. */
  get nextDue(): number {
    return Math.min(this.renewAt, this.pingAt, this.moveAt, this.deadAt);
  }
}
