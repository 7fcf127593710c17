/** A chat that was asked for and not answered yet. Kept over a reload, so that asking again makes no second one. */

import { newId } from "@parlance/sdk/ids";
import type { NewChat } from "@parlance/sdk/rest";
import { storage } from "./storage.ts";

interface Asked {
  readonly key: string;
  readonly at: number;
  /** What was asked with the key, the latest last. The server knows the first of them that it has received. */
  readonly chats: readonly NewChat[];
}

/** Nobody expects that what was said before is sent now. */
const STALE_MILLISECONDS = 60 * 60_000;

export class Attempt {
  readonly #storage = storage("sessionStorage");
  readonly #name: string;

  constructor(business: string) {
    this.#name = `parlance-attempt:${business}`;
  }

  get pending(): Asked | undefined {
    const asked = JSON.parse(this.#storage.get(this.#name) ?? "null") as Asked | null;
    return asked && Date.now() - asked.at < STALE_MILLISECONDS ? asked : undefined;
  }

  /** Ask so: with the key of what is not answered yet, if there is any. */
  begin(chat: NewChat): Asked {
    const { key = newId(), chats = [] } = this.pending ?? {};
    const before = chats.filter((each) => JSON.stringify(each) !== JSON.stringify(chat));
    const asked = { key, at: Date.now(), chats: [...before, chat] };
    this.#storage.set(this.#name, JSON.stringify(asked));
    return asked;
  }

  answered(): void {
    this.#storage.set(this.#name, null);
  }
}
