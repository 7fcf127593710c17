/** A visitor and its conversation with the business: everything that the frame shows. */

import { AccountError, Client, Timelines, type Attachment, type ClientEvent, type Entry } from "@parlance/sdk";
import { newId } from "@parlance/sdk/ids";
import type { NewChat, PublicBusiness } from "@parlance/sdk/rest";
import { call, initiate, profileOf, send } from "./api.ts";
import { Guest } from "./guest.ts";
import type { Host } from "./host.ts";

export type Stage = "loading" | "unreachable" | "missing" | "form" | "chat" | "closed";

const TYPING_SECONDS = 6;
const AGAIN_SECONDS = 5;

export class Visitor {
  stage: Stage = "loading";
  profile: PublicBusiness | undefined;
  /** Who is writing. */
  typing = "";
  /** How far somebody of the business has read. */
  seenSeq = 0;
  onChange: () => void = () => undefined;
  onAnswer: (text: string) => void = () => undefined;
  readonly #guest: Guest;
  #client: Client | undefined;
  #timelines: Timelines | undefined;
  #unread = 0;
  #typed: ReturnType<typeof setTimeout> | undefined;
  #attempt = { said: "", key: "" };

  constructor(
    private readonly business: string,
    private readonly host: Host,
  ) {
    this.#guest = new Guest(business);
    host.onChange = () => {
      this.read();
      this.#changed();
    };
    host.onIdentify = (identity) => void this.#identified(identity);
    document.addEventListener("visibilitychange", () => {
      this.read();
      this.#client?.nudge();
    });
    addEventListener("online", () => this.#client?.nudge());
  }

  get entries(): readonly Entry[] {
    return this.#room && this.#timelines ? this.#timelines.shown(this.#room).entries : [];
  }

  /** Whether there is something before what is shown. */
  get hasMore(): boolean {
    return !!this.#room && !!this.#timelines && !this.#timelines.shown(this.#room).complete;
  }

  get me(): string {
    return this.#client?.user?.id ?? "";
  }

  /** Whether what is said waits for a connection. */
  get isOffline(): boolean {
    return this.#client !== undefined && this.#client.state !== "online";
  }

  async start(): Promise<void> {
    try {
      [this.profile] = await Promise.all([profileOf(this.business), this.host.met()]);
    } catch (error) {
      this.#become(error instanceof AccountError && error.status === 404 ? "missing" : "unreachable");
      if (this.stage === "unreachable") setTimeout(() => void this.start(), AGAIN_SECONDS * 1000);
      return;
    }
    if (this.host.visit.identity) await this.#identified(this.host.visit.identity);
    else if (this.#room) this.#connect();
    else this.#become("form");
  }

  /** Say the first word. Throws `AccountError`; trying again with the same words is the same attempt. */
  async begin(chat: Pick<NewChat, "visitor" | "consent" | "message">): Promise<void> {
    const said = JSON.stringify(chat);
    if (this.#attempt.said !== said) this.#attempt = { said, key: newId() };
    await this.#enter(chat, this.#attempt.key);
    this.#attempt = { said: "", key: "" };
  }

  send(body: string, attachments: readonly Attachment[] = []): void {
    if (this.#room) this.#timelines?.send(this.#room, body, { attachments });
  }

  retry(messageId: string): void {
    if (this.#room) this.#timelines?.retry(this.#room, messageId);
  }

  dismiss(messageId: string): void {
    if (this.#room) this.#timelines?.dismiss(this.#room, messageId);
  }

  isTyping(): void {
    if (this.#room) this.#client?.typing(this.#room);
  }

  async loadOlder(): Promise<void> {
    if (this.#room) await this.#timelines?.loadOlder(this.#room);
  }

  async upload(file: File): Promise<Attachment> {
    const path = `/api/rooms/${this.#room!}/attachments?name=${encodeURIComponent(file.name)}`;
    return call(path, { body: file, token: await this.#guest.token() });
  }

  /** The address of a file's bytes, for as long as this page lives. */
  async fileUrl(id: string, thumbnail: boolean): Promise<string> {
    const path = `/api/rooms/${this.#room!}/attachments/${id}${thumbnail ? "?size=thumbnail" : ""}`;
    const answer = await send(path, { token: await this.#guest.token() });
    return URL.createObjectURL(await answer.blob());
  }

  /** What is in sight has been read. */
  read(): void {
    const last = this.entries.findLast(({ state }) => state === "stored")?.message;
    if (!last || !this.#isSeen || !this.#room) return;
    this.#client?.markRead(this.#room, last.seq);
    this.#count(0);
  }

  get #room(): string | undefined {
    return this.#guest.room;
  }

  get #isSeen(): boolean {
    return this.host.isOpen && document.visibilityState === "visible";
  }

  async #enter(chat: Partial<NewChat>, key: string): Promise<void> {
    const { page, referrer, identity } = this.host.visit;
    const known = this.#room ? await this.#guest.token().catch(() => undefined) : undefined;
    const whole = { ...chat, business: this.business, page, referrer, ...(identity ? { identity } : {}) };
    const room = this.#room;
    const entered = await initiate(whole, key, known);
    if (room !== undefined && room !== entered.room) this.#disconnect();
    this.#guest.enter(entered, identity);
    if (!this.#client) this.#connect();
  }

  /** The business knows the visitor, and may have a conversation with it already; or it has logged out there. */
  async #identified(identity: string | null): Promise<void> {
    if (!identity) {
      this.#leave("form");
      return;
    }
    if (this.#guest.isKnownAs(identity)) {
      this.#connect();
      return;
    }
    try {
      await this.#enter({}, newId());
    } catch (error) {
      if (this.#room && !(error instanceof AccountError && error.reason === "VISITOR_BLOCKED")) this.#connect();
      else this.#leave(error instanceof AccountError && error.reason === "VISITOR_BLOCKED" ? "closed" : "form");
    }
  }

  #connect(): void {
    if (this.#client) return;
    const client = new Client(location.origin, this.#guest.fresh);
    this.#client = client;
    this.#timelines = new Timelines(client);
    this.#timelines.listen(() => {
      this.#changed();
    });
    client.listen(this.#see);
    client.start();
    this.host.tell({ type: "conversation", exists: true });
    this.#become("chat");
  }

  #disconnect(): void {
    this.#client?.stop();
    this.#client = this.#timelines = undefined;
    this.typing = "";
    this.seenSeq = 0;
  }

  #leave(stage: Stage): void {
    this.#disconnect();
    this.#guest.forget();
    this.#count(0);
    this.host.tell({ type: "conversation", exists: false });
    this.#become(stage);
  }

  readonly #see = (event: ClientEvent): void => {
    const room = this.#room;
    switch (event.type) {
      case "online": {
        const summary = event.welcome.rooms.find(({ id }) => id === room);
        if (!summary || !room) {
          this.#become("closed");
          break;
        }
        this.#become("chat");
        this.#count(summary.unread);
        void this.#timelines?.open(room).then(() => {
          this.read();
        });
        break;
      }
      case "offline":
        // The session has ended: the visitor begins anew.
        if (event.retrySeconds === null && event.reason !== "CLOSED") this.#leave("form");
        break;
      case "message":
        if (event.message.sender.id !== this.me) this.#answered(event.message.body);
        break;
      case "typing":
        this.#types(event.on ? event.user.name : "");
        break;
      case "read":
        if (event.user !== this.me) this.seenSeq = Math.max(this.seenSeq, event.seq);
        break;
      case "member_left":
        if (event.user.id === this.me) this.#become("closed");
        break;
      case "room_created":
        this.#become("chat");
        break;
      case "room_deleted":
        this.#leave("form");
    }
    this.#changed();
  };

  #answered(body: string): void {
    this.#types("");
    if (this.#isSeen) {
      this.read();
    } else {
      this.#count(this.#unread + 1);
      this.onAnswer(body);
    }
    this.host.tell({ type: "message", text: body });
  }

  #types(name: string): void {
    clearTimeout(this.#typed);
    this.typing = name;
    if (name) this.#typed = setTimeout(() => { this.#types(""); this.#changed(); }, TYPING_SECONDS * 1000);
  }

  #count(unread: number): void {
    this.#unread = unread;
    this.host.tell({ type: "unread", count: unread });
  }

  #become(stage: Stage): void {
    this.stage = stage;
    this.#changed();
  }

  #changed(): void {
    this.onChange();
  }
}
