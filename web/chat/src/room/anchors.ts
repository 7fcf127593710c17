/** Where one was in each room, for as long as the page is open. */

const anchors = new Map<string, string>();

export function anchorOf(room: string): string | undefined {
  return anchors.get(room);
}

/** The topmost message in sight; undefined at the end. */
export function keepAnchor(room: string, messageId: string | undefined): void {
  if (messageId === undefined) anchors.delete(room);
  else anchors.set(room, messageId);
}
