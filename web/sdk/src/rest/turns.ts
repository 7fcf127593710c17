/**
 * Taking turns between the tabs of a browser.
 *
 * A refresh token is good once: two tabs that use the same one end the session. `navigator.locks` is made for this, but
 * pages that come over plain HTTP lack it; there a note in the local storage has to do. Programs without either, such
 * as Node, have one turn-taker, the `Account`.
 */

const LEASE_MILLISECONDS = 30_000;
const SETTLE_MILLISECONDS = 50;

interface Platform {
  readonly navigator?: { readonly locks?: LockManager };
  readonly localStorage?: Storage;
}

/** Do something while no other tab does it. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { navigator, localStorage } = globalThis as Platform;
  if (navigator?.locks) return await navigator.locks.request(name, work);
  return localStorage ? withLease(localStorage, name, work) : work();
}

/**
 * Leave a note, and see after a moment whether it still stands: of two tabs that leave one at the same time the second
 * has the turn. A note counts only for a while, for its tab may have been closed.
 */
async function withLease<T>(storage: Storage, name: string, work: () => Promise<T>): Promise<T> {
  const own = `${Math.random()}`;
  do {
    while (isHeld(storage.getItem(name))) await pause(SETTLE_MILLISECONDS);
    storage.setItem(name, `${Date.now() + LEASE_MILLISECONDS} ${own}`);
    await pause(SETTLE_MILLISECONDS);
  } while (!storage.getItem(name)?.endsWith(` ${own}`));
  try {
    return await work();
  } finally {
    storage.removeItem(name);
  }
}

function isHeld(note: string | null): boolean {
  return note !== null && parseInt(note) > Date.now();
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
