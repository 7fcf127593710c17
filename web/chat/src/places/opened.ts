/** What is open beside and in front of a page, as its address says it: so Back closes it, and a reload keeps it. */

export const PANELS = ["members", "search"] as const;
export type PanelName = (typeof PANELS)[number];

export const DIALOGS = [
  "go-to",
  "explore",
  "new-room",
  "new-message",
  "settings",
  "shortcuts",
  "edit-room",
  "invite",
  "delete-room",
  "person",
] as const;
export type DialogName = (typeof DIALOGS)[number];

export interface Opened {
  /** Beside the room. */
  readonly panel?: PanelName | undefined;
  /** In front of everything. */
  readonly dialog?: DialogName | undefined;
  /** Who the dialog is about, if it is about somebody. */
  readonly person?: string | undefined;
}

/** What the query of an address (`panel=members`) opens; what is not known is passed over. */
export function openedBy(query: string): Opened {
  const params = new URLSearchParams(query);
  return {
    panel: PANELS.find((name) => name === params.get("panel")),
    dialog: DIALOGS.find((name) => name === params.get("dialog")),
    person: params.get("person") ?? undefined,
  };
}

/** The query that opens this, with its question mark. */
export function queryOf(opened: Opened): string {
  const params = new URLSearchParams(Object.entries(opened).filter(([, name]) => name !== undefined) as [string, string][]);
  return params.size > 0 ? `?${params.toString()}` : "";
}

/** The room and, in a link to a message, the `seq` that a path names. */
export function roomOf(path: string): { readonly room: string; readonly seq?: number } | undefined {
  const [, room, seq] = /^\/rooms\/([^/]+)(?:\/messages\/([1-9]\d{0,14}))?$/.exec(path) ?? [];
  if (!room) return undefined;
  return { room: decodeURIComponent(room), ...(seq && { seq: Number(seq) }) };
}
