/**
 * How long to wait before trying again: evenly drawn from nothing to a limit that doubles with each failure.
 *
 * The draw ("full jitter") is what keeps ten thousand clients of a server that restarted from coming back all at once.
 */
export class Backoff {
  constructor(
    private readonly random: () => number = Math.random,
    private readonly firstSeconds = 1,
    private readonly longestSeconds = 30,
  ) {}

  /** Seconds to wait after so many failures in a row, beginning with 1. */
  delay(failures: number): number {
    return this.within(Math.min(this.longestSeconds, this.firstSeconds * 2 ** (failures - 1)));
  }

  /** A random moment within so many seconds. */
  within(seconds: number): number {
    return seconds * this.random();
  }
}
