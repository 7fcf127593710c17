/** Who is in a room, with role and presence: asked for once, and again when something about it has changed. */

import { Listeners, type Client } from "@parlance/sdk";
import type { Account, Member } from "@parlance/sdk/rest";
import type { People } from "@parlance/sdk/views";

const PAGE = 100;
const MAX_PAGES = 10;

export class Members {
  readonly #known = new Map<string, readonly Member[]>();
  readonly #listeners = new Listeners<string>();

  constructor(
    private readonly account: Account,
    client: Client,
    private readonly people: People,
  ) {
    client.listen((event) => {
      if (event.type === "online") for (const room of this.#known.keys()) void this.load(room);
      const isAbout = event.type === "member_joined" || event.type === "member_left" || event.type === "room_updated";
      if (isAbout && this.#known.has(event.room)) void this.load(event.room);
    });
  }

  /** Hear of whose room something has changed. */
  readonly listen = this.#listeners.add;

  /** What is known, in order of joining; the same array until something changes. */
  get(room: string): readonly Member[] | undefined {
    return this.#known.get(room);
  }

  /** Ask (anew). What was known stays when that fails. */
  async load(room: string): Promise<void> {
    const members: Member[] = [];
    let token: string | null = "";
    try {
      for (let page = 0; token !== null && page < MAX_PAGES; page += 1) {
        const query: { limit: number; page_token?: string } = { limit: PAGE, ...(token && { page_token: token }) };
        const answer = await this.account.call("GET /api/rooms/{room_id}/members", { path: { room_id: room }, query });
        members.push(...answer.members);
        token = answer.next;
      }
    } catch {
      return; // asked again with the next connection
    }
    for (const { user, online } of members) this.people.note(user.id, online);
    this.#known.set(room, members);
    this.#listeners.tell(room);
  }
}
