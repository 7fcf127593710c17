/** Monotonic seconds. */
export const now = (): number => performance.now() / 1000;
