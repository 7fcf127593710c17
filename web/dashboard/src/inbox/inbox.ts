/** A business's conversations, kept in step with what the server tells. */

import { Listeners, type ClientEvent, type Client, type Conversation } from "@parlance/sdk";
import type { Account, ConversationChanges, ConversationDetails, InboxCounts } from "@parlance/sdk/rest";
import { queryOf, shows, type View } from "./views.ts";

/** Many changes at once are counted once. */
const COUNT_MILLISECONDS = 400;

interface Page {
  /** Asks for more; null when all is loaded. */
  next: string | null;
  /** The activity of the last one that was loaded: what is older may lack some between. */
  until: string;
  loading: boolean;
}

/** A conversation has just begun, or has changed. */
export interface News {
  readonly before: Conversation | undefined;
  readonly after: Conversation;
  readonly isNew: boolean;
}

const EVERYTHING = "";

export class Inbox {
  counts: InboxCounts | undefined;
  readonly #conversations = new Map<string, Conversation>();
  readonly #pages = new Map<View, Page>();
  readonly #listeners = new Listeners();
  readonly listen = this.#listeners.add;
  readonly #news = new Listeners<News>();
  /** Hear of what comes in, and not of what is loaded. */
  readonly listenToNews = this.#news.add;
  #counting: ReturnType<typeof setTimeout> | undefined;
  #lists = new Map<View, readonly Conversation[]>();

  constructor(
    private readonly account: Account,
    private readonly client: Client,
    readonly businessId: string,
    private readonly me: string,
  ) {}

  /** Listen to the client; returns how to stop. */
  start(): () => void {
    const stop = this.client.listen(this.#see);
    void this.#count();
    return () => {
      stop();
      clearTimeout(this.#counting);
    };
  }

  get(room: string): Conversation | undefined {
    return this.#conversations.get(room);
  }

  /** What a view shows, the most recently active first. The same array until something changes. */
  list(view: View): readonly Conversation[] {
    let list = this.#lists.get(view);
    if (!list) {
      const page = this.#pages.get(view);
      const until = page?.next ? page.until : EVERYTHING;
      list = [...this.#conversations.values()]
        .filter((each) => shows(view, each, this.me) && each.last_activity_at >= until)
        .sort((one, other) => (one.last_activity_at < other.last_activity_at ? 1 : -1));
      this.#lists.set(view, list);
    }
    return list;
  }

  isLoaded(view: View): boolean {
    return this.#pages.has(view) && !(this.#pages.get(view)!.loading && this.list(view).length === 0);
  }

  hasMore(view: View): boolean {
    return this.#pages.get(view)?.next != null;
  }

  /** Load a view from its beginning. */
  async load(view: View): Promise<void> {
    const page: Page = this.#pages.get(view) ?? { next: null, until: EVERYTHING, loading: false };
    this.#pages.set(view, page);
    if (page.loading) return;
    await this.#fetch(view, page, null);
  }

  async loadMore(view: View): Promise<void> {
    const page = this.#pages.get(view);
    if (page?.next && !page.loading) await this.#fetch(view, page, page.next);
  }

  /** Visitors whose name or address begins so, in any state. */
  async find(prefix: string): Promise<readonly Conversation[]> {
    const input = { path: { business_id: this.businessId }, query: { prefix, limit: 50 } };
    const { conversations } = await this.account.call("GET /api/businesses/{business_id}/conversations", input);
    for (const each of conversations) this.#put(each);
    this.#tell();
    return conversations;
  }

  /** One conversation, with the visitor's earlier ones and with its history. */
  async open(room: string): Promise<ConversationDetails> {
    const input = { path: { conversation_id: room } };
    const details = await this.account.call("GET /api/conversations/{conversation_id}", input);
    this.#put(details.conversation);
    this.#tell();
    return details;
  }

  async change(room: string, changes: ConversationChanges): Promise<void> {
    const input = { path: { conversation_id: room }, body: changes };
    this.#put(await this.account.call("PATCH /api/conversations/{conversation_id}", input));
    this.#changed();
  }

  async erase(room: string): Promise<void> {
    await this.account.call("DELETE /api/conversations/{conversation_id}", { path: { conversation_id: room } });
    this.#conversations.delete(room);
    this.#changed();
  }

  async #fetch(view: View, page: Page, token: string | null): Promise<void> {
    page.loading = true;
    this.#tell();
    try {
      const query = { ...queryOf(view), ...(token ? { page_token: token } : {}) };
      const input = { path: { business_id: this.businessId }, query };
      const answer = await this.account.call("GET /api/businesses/{business_id}/conversations", input);
      for (const each of answer.conversations) this.#put(each);
      page.next = answer.next;
      page.until = answer.conversations.at(-1)?.last_activity_at ?? page.until;
    } finally {
      page.loading = false;
      this.#tell();
    }
  }

  readonly #see = (event: ClientEvent): void => {
    switch (event.type) {
      case "online":
        this.#reload();
        break;
      case "inbox_reset":
        if (event.business === this.businessId) this.#reload();
        break;
      case "room_created":
        if (event.conversation?.business === this.businessId) this.#heard(event.conversation, true);
        break;
      case "conversation_updated":
        if (event.business !== this.businessId) break;
        if (event.conversation) this.#heard(event.conversation, false);
        else {
          this.#conversations.delete(event.room);
          this.#changed();
        }
    }
  };

  #heard(conversation: Conversation, isNew: boolean): void {
    const before = this.#conversations.get(conversation.room);
    if (!this.#put(conversation)) return;
    this.#news.tell({ before, after: conversation, isNew });
    this.#changed();
  }

  /** What was missed cannot be told apart from what was not: what is shown is asked for again. */
  #reload(): void {
    for (const [view, page] of this.#pages) void this.#fetch(view, page, null).catch(againLater);
    void this.#count().catch(againLater);
  }

  #put(conversation: Conversation): boolean {
    const known = this.#conversations.get(conversation.room);
    if (known && (known.version > conversation.version || (known.version === conversation.version && known.seq > conversation.seq))) return false;
    this.#conversations.set(conversation.room, conversation);
    return true;
  }

  #changed(): void {
    this.#tell();
    this.#counting ??= setTimeout(() => {
      this.#counting = undefined;
      void this.#count().catch(againLater);
    }, COUNT_MILLISECONDS);
  }

  async #count(): Promise<void> {
    const path = { business_id: this.businessId };
    this.counts = await this.account.call("GET /api/businesses/{business_id}/conversations/counts", { path });
    this.#tell();
  }

  #tell(): void {
    this.#lists = new Map();
    this.#listeners.tell();
  }
}

function againLater(): void {
  // with the next connection
}
