/** A visitor and its conversation with the business: everything that the frame shows. */

import { AccountError, Client, Timelines, type Attachment, type ClientEvent, type Entry, type Message } from "@parlance/sdk";
import { newId } from "@parlance/sdk/ids";
import type { NewChat, PublicBusiness } from "@parlance/sdk/rest";
import { call, initiate, logOut, profileOf, send } from "./api.ts";
import { Attempt } from "./attempt.ts";
import { Guest } from "./guest.ts";
import type { Host } from "./host.ts";
import { storage } from "./storage.ts";

export type Stage = "loading" | "unreachable" | "missing" | "form" | "chat" | "closed";

const TYPING_SECONDS = 6;
const AGAIN_SECONDS = 5;
const MINUTE = 60_000;

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
  /** What the server has counted already is not counted again when it is told. */
  #countedSeq = 0;
  #typed: ReturnType<typeof setTimeout> | undefined;
  #isMet = false;
  readonly #attempt: Attempt;
  readonly #tab = storage("sessionStorage");
  #beginning: Promise<void> | undefined;
  /** Rises when a visitor is forgotten: what is answered then was for somebody else. */
  #visitors = 0;

  constructor(
    private readonly business: string,
    private readonly host: Host,
  ) {
    this.#guest = new Guest(business);
    this.#attempt = new Attempt(business);
    host.onChange = () => {
      this.read();
      this.#changed();
      void this.#lookAtClock();
    };
    host.onIdentify = (identity) => {
      if (this.#isMet) void this.#identified(identity);
    };
    host.onForget = () => {
      this.#leave("form");
    };
    document.addEventListener("visibilitychange", () => {
      this.read();
      this.#client?.nudge();
      void this.#lookAtClock();
    });
    addEventListener("storage", ({ key }) => {
      if (key === this.#guest.key && this.#client && !this.#room) this.#leave("form"); // forgotten in another tab
    });
    this.#awaitMinute();
    addEventListener("pagehide", () => {
      this.#keepUnsent();
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

  /** What was asked and not answered: it need not be typed again. */
  get asked(): NewChat | undefined {
    return this.#attempt.pending?.chats.at(-1);
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
    this.#isMet = true;
    const { identity, forget } = this.host.visit;
    if (forget) this.#leave("form");
    if (identity !== undefined) await this.#identified(identity);
    if (this.#client || this.stage === "closed") return;
    if (this.#room) this.#connect();
    else if (this.#attempt.pending) await this.#repeat().catch(() => { this.#become("form"); });
    else this.#become("form");
  }

  /** Say the first word. Throws `AccountError`; until there is an answer, trying again is the same attempt. */
  async begin(chat: Pick<NewChat, "visitor" | "consent" | "message">): Promise<void> {
    if (!this.#beginning) {
      this.#attempt.begin(this.#visiting(chat));
      this.#beginning = this.#repeat().finally(() => (this.#beginning = undefined));
    }
    await this.#beginning;
  }

  /** Ask once more what was not answered. Where an earlier try had come through, what was said since follows it. */
  async #repeat(): Promise<void> {
    const { key, chats } = this.#attempt.pending!;
    try {
      for (const chat of chats.toReversed()) {
        try {
          await this.#enter(chat, key);
        } catch (error) {
          if (chat === chats[0] || !(error instanceof AccountError && error.reason === "IDEMPOTENCY_KEY_REUSED")) throw error;
          continue;
        }
        const last = chats.at(-1)!.message;
        if (last && last !== chat.message) this.send(last);
        break;
      }
      this.#attempt.answered();
    } catch (error) {
      if (error instanceof AccountError && !error.temporary) this.#attempt.answered();
      throw error;
    }
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

  #visiting(chat: Partial<NewChat>): NewChat {
    const { page, referrer, identity } = this.host.visit;
    return { ...chat, business: this.business, page, referrer, ...(identity ? { identity } : {}) };
  }

  async #enter(chat: NewChat, key: string): Promise<void> {
    const visitor = this.#visitors;
    const known = this.#room ? await this.#guest.token().catch(() => undefined) : undefined;
    const room = this.#room;
    const entered = await initiate(chat, key, known);
    if (visitor !== this.#visitors) {
      logOut(entered.refresh_token);
      return;
    }
    if (room !== undefined && room !== entered.room) this.#disconnect();
    this.#guest.enter(entered, chat.identity ?? null);
    if (!this.#client) this.#connect();
  }

  /** The business knows the visitor, and may have a conversation with it already; or it has logged out there. */
  async #identified(identity: string | null): Promise<void> {
    if (identity !== null && this.#guest.isKnownAs(identity)) {
      this.#connect();
      return;
    }
    if (this.#guest.isNamed) this.#leave("form"); // what it said is not for whoever comes next
    if (identity === null) return;
    const visitor = this.#visitors;
    try {
      await this.#enter(this.#visiting({}), newId());
    } catch (error) {
      if (visitor !== this.#visitors) return;
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
    this.#sendKept();
    this.host.tell({ type: "conversation", exists: true });
    this.#become("chat");
  }

  get #unsentKey(): string {
    return `parlance-unsent:${this.business}`;
  }

  /** What waits for a connection goes on waiting on the next page. */
  #keepUnsent(): void {
    const waiting = this.entries.filter(({ state }) => state !== "stored").map(({ message }) => message);
    this.#tab.set(this.#unsentKey, waiting.length > 0 ? JSON.stringify({ room: this.#room, waiting }) : null);
  }

  #sendKept(): void {
    const kept = JSON.parse(this.#tab.get(this.#unsentKey) ?? "null") as { room: string; waiting: Message[] } | null;
    this.#tab.set(this.#unsentKey, null);
    if (kept?.room !== this.#room) return;
    for (const { id, body, attachments } of kept?.waiting ?? []) this.#timelines!.send(kept!.room, body, { messageId: id, attachments });
  }

  #disconnect(): void {
    this.#client?.stop();
    this.#client = this.#timelines = undefined;
    this.typing = "";
    this.seenSeq = 0;
  }

  #leave(stage: Stage): void {
    this.#visitors += 1;
    this.#disconnect();
    this.#guest.forget();
    this.#attempt.answered();
    this.#tab.set(this.#unsentKey, null);
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
        this.#countedSeq = summary.seq;
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
        if (event.message.sender.id !== this.me) this.#answered(event.message);
        this.#countedSeq = Math.max(this.#countedSeq, event.message.seq);
        break;
      case "typing":
        this.#types(event.on ? event.user.name : "");
        break;
      case "read":
        if (event.user !== this.me) this.seenSeq = Math.max(this.seenSeq, event.seq);
        else if (event.seq >= this.#countedSeq) this.#count(0); // in another tab
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

  #answered({ body, seq }: Message): void {
    this.#types("");
    if (this.#isSeen) {
      this.read();
    } else {
      if (seq > this.#countedSeq) this.#count(this.#unread + 1);
      this.onAnswer(body);
    }
    this.host.tell({ type: "message", text: body });
  }

  /** Hours pass while a page stays open. */
  #awaitMinute(): void {
    setTimeout(() => {
      this.#awaitMinute();
      void this.#lookAtClock();
    }, MINUTE - (Date.now() % MINUTE) + 500);
  }

  async #lookAtClock(): Promise<void> {
    if (!this.profile || !this.#isSeen) return;
    const asked = await profileOf(this.business).catch(() => undefined); // the next minute comes soon
    if (!asked) return;
    const { open, opens_at, closes_at, reply_within_minutes } = asked;
    this.profile = { ...this.profile, open, opens_at, closes_at, reply_within_minutes };
    this.#changed();
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
