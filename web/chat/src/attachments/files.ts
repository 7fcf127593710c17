/** The files of messages, as addresses that the page can show. */

import type { Attachment } from "@parlance/sdk";
import type { Account } from "@parlance/sdk/rest";

type Variant = "original" | "thumbnail";

const MOST_KEPT = { original: 10, thumbnail: 200 } as const;

/** Fetches each file once, with the token that an `<img>` could not send, and keeps those that were wanted last. */
export class Files {
  readonly #kept = { original: new Map<string, Promise<string>>(), thumbnail: new Map<string, Promise<string>>() };

  constructor(private readonly account: Pick<Account, "call">) {}

  /** Fails with `AccountError`; asked for again it tries again. */
  async url(room: string, { id }: Attachment, variant: Variant): Promise<string> {
    const kept = this.#kept[variant];
    const url = kept.get(id) ?? this.#fetch(room, id, variant);
    kept.delete(id);
    kept.set(id, url);
    url.catch(() => {
      if (kept.get(id) === url) kept.delete(id);
    });
    for (const [oldest, gone] of kept) {
      if (kept.size <= MOST_KEPT[variant]) break;
      kept.delete(oldest);
      void gone.then(
        (url) => {
          URL.revokeObjectURL(url);
        },
        () => undefined,
      );
    }
    return url;
  }

  async #fetch(room: string, id: string, variant: Variant): Promise<string> {
    const bytes = await this.account.call("GET /api/rooms/{room_id}/attachments/{attachment_id}", {
      path: { room_id: room, attachment_id: id },
      query: { size: variant },
    });
    return URL.createObjectURL(bytes);
  }
}
