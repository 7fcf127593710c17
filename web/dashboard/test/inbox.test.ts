import type { Client, ClientEvent, Conversation } from "@parlance/sdk";
import type { Account } from "@parlance/sdk/rest";
import { beforeEach, expect, test, vi } from "vitest";
import { Inbox } from "../src/inbox/inbox.ts";

const ME = { id: "ada", name: "Ada", guest: false };

function conversation(room: string, second: number, more: Partial<Conversation> = {}): Conversation {
  const at = new Date(second * 1000).toISOString();
  return {
    room,
    business: "acme",
    guest: `guest of ${room}`,
    visitor: { name: room, email: "", phone: "", answers: {}, consent: "", page: "", referrer: "", verified: false, subject: "" },
    status: "open",
    assignee: null,
    tags: [],
    priority: "normal",
    snoozed_until: null,
    created_at: at,
    last_activity_at: at,
    waiting_since: null,
    seq: 1,
    unread: 1,
    last_message: null,
    blocked: false,
    merged_into: null,
    notes_room: `notes-${room}`,
    version: 1,
    ...more,
  };
}

/** A server with some conversations in pages of two, and a client that tells what a test says. */
class Setting {
  stored: Conversation[] = [];
  asked: string[] = [];
  hear: (event: ClientEvent) => void = () => undefined;
  readonly inbox: Inbox;

  constructor() {
    const client = { listen: (hear: (event: ClientEvent) => void) => ((this.hear = hear), () => undefined) };
    const account = { call: (route: string, input: { query?: { page_token?: string } }) => Promise.resolve(this.#answer(route, input.query?.page_token)) };
    this.inbox = new Inbox(account as unknown as Account, client as unknown as Client, "acme", ME.id);
    this.inbox.start();
  }

  shown(view: Parameters<Inbox["list"]>[0] = "open"): string[] {
    return this.inbox.list(view).map(({ room }) => room);
  }

  tell(event: object): void {
    this.hear(event as ClientEvent);
  }

  #answer(route: string, token = "0"): unknown {
    this.asked.push(route);
    if (route.endsWith("/counts")) return { open: this.stored.length, mine: 0, unassigned: 0, pending: 0, snoozed: 0, resolved: 0 };
    const from = Number(token);
    const sorted = this.stored.toSorted((one, other) => (one.last_activity_at < other.last_activity_at ? 1 : -1));
    return { conversations: sorted.slice(from, from + 2), next: sorted.length > from + 2 ? String(from + 2) : null };
  }
}

let setting: Setting;

beforeEach(() => {
  vi.useFakeTimers();
  setting = new Setting();
});

test("what comes in stands on top at once", async () => {
  setting.stored = [conversation("a", 1)];
  await setting.inbox.load("open");
  const news = vi.fn();
  setting.inbox.listenToNews(news);
  setting.tell({ type: "room_created", room: {}, conversation: conversation("b", 2) });
  expect(setting.shown()).toEqual(["b", "a"]);
  expect(news).toHaveBeenCalledExactlyOnceWith({ before: undefined, after: conversation("b", 2), isNew: true });
});

test("a change moves it between the views, and an old state changes nothing", async () => {
  setting.stored = [conversation("a", 1, { version: 2 })];
  await setting.inbox.load("open");
  const tell = (more: Partial<Conversation>): void => {
    setting.tell({ type: "conversation_updated", business: "acme", room: "a", conversation: conversation("a", 1, more) });
  };
  tell({ version: 1, status: "resolved" });
  expect(setting.shown()).toEqual(["a"]);
  tell({ version: 3, assignee: ME });
  expect([setting.shown("mine"), setting.shown("unassigned")]).toEqual([["a"], []]);
  tell({ version: 4, status: "resolved" });
  expect([setting.shown(), setting.shown("resolved")]).toEqual([[], ["a"]]);
  setting.tell({ type: "conversation_updated", business: "acme", room: "a", conversation: null });
  expect(setting.shown("resolved")).toEqual([]);
});

test("the business of another is none of ours", () => {
  setting.tell({ type: "room_created", room: {}, conversation: conversation("b", 2, { business: "other" }) });
  expect(setting.shown()).toEqual([]);
});

test("pages follow one another, and what lies behind the last waits until it is loaded", async () => {
  setting.stored = [5, 4, 3, 2, 1].map((second) => conversation(String(second), second));
  await setting.inbox.load("open");
  setting.tell({ type: "conversation_updated", business: "acme", room: "1", conversation: conversation("1", 1, { version: 2 }) });
  expect(setting.shown()).toEqual(["5", "4"]);
  await setting.inbox.loadMore("open");
  expect(setting.shown()).toEqual(["5", "4", "3", "2"]);
  await setting.inbox.loadMore("open");
  expect([setting.shown(), setting.inbox.hasMore("open")]).toEqual([["5", "4", "3", "2", "1"], false]);
});

test.each([{ type: "online" }, { type: "inbox_reset", business: "acme" }])("after $type what is shown is asked for again", async (event) => {
  await setting.inbox.load("open");
  setting.stored = [conversation("missed", 1)];
  setting.tell(event);
  await vi.runAllTimersAsync();
  expect(setting.shown()).toEqual(["missed"]);
  expect(setting.inbox.counts?.open).toBe(1);
});

test("many changes at once are counted once", async () => {
  await vi.runAllTimersAsync();
  setting.asked = [];
  for (const room of "abcdef") setting.tell({ type: "room_created", room: {}, conversation: conversation(room, 1) });
  await vi.runAllTimersAsync();
  expect(setting.asked.filter((route) => route.endsWith("/counts"))).toHaveLength(1);
});
