/** What the launcher on the business's page and the frame of ours tell each other. */

/** To the frame. */
export type ToFrame =
  | {
      readonly type: "init";
      /** The page that the visitor is on, and the one that it came from. */
      readonly page: string;
      readonly referrer: string;
      readonly rtl: boolean;
      readonly open: boolean;
      /** As in `identify`; undefined while the business has said nothing. */
      readonly identity: string | null | undefined;
      /** What there was is to be forgotten first. */
      readonly forget: boolean;
    }
  | { readonly type: "open" }
  | { readonly type: "close" }
  /** The business says who the visitor is; null: nobody that it knows. */
  | { readonly type: "identify"; readonly identity: string | null }
  /** Whoever comes next is to see nothing of this visitor. */
  | { readonly type: "forget" };

/** To the page. */
export type ToPage =
  /** The frame listens. */
  | { readonly type: "hello" }
  | { readonly type: "close" }
  | { readonly type: "unread"; readonly count: number }
  /** There is a conversation, or none any more. */
  | { readonly type: "conversation"; readonly exists: boolean }
  /** Somebody has answered. */
  | { readonly type: "message"; readonly text: string };

const MARK = "parlance";

export function pack(message: ToFrame | ToPage): unknown {
  return { [MARK]: 1, ...message };
}

/** The message, if this is one of ours. Whoever asks has looked where it comes from. */
export function unpack(data: unknown): ToFrame | ToPage | undefined {
  return typeof data === "object" && data !== null && MARK in data ? (data as unknown as ToFrame | ToPage) : undefined;
}
