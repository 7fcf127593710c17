/** Where one was in each room: the topmost message in sight. Kept for this tab, beyond a reload. */

export interface Anchor {
  readonly id: string;
  readonly seq: number;
}

const key = (room: string): string => `parlance-anchor ${room}`;

export function anchorOf(room: string): Anchor | undefined {
  const kept = sessionStorage.getItem(key(room));
  return kept === null ? undefined : (JSON.parse(kept) as Anchor);
}

/** Undefined: one is at the end. */
export function keepAnchor(room: string, anchor: Anchor | undefined): void {
  if (anchor) sessionStorage.setItem(key(room), JSON.stringify({ id: anchor.id, seq: anchor.seq }));
  else sessionStorage.removeItem(key(room));
}
