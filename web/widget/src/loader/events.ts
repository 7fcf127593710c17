/** What the widget tells the page. */

export type EventName = "open" | "close" | "unread" | "message";
export type Tell = (event: EventName, detail?: unknown) => void;
export type Listener = (detail: unknown) => void;
