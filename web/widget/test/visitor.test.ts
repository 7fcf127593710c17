// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Guest } from "../src/frame/guest.ts";
import { Host, type Visit } from "../src/frame/host.ts";
import { Visitor } from "../src/frame/visitor.ts";

const PROFILE = { slug: "acme", name: "Acme", open: false, opens_at: "2030-01-01T09:00:00Z", theme: {}, form: { fields: [], consent: "" } };
const TOKENS = { access_token: "access", expires_in: 900, refresh_token: "refresh" };
const WHOLE = { visitor: { fields: {} }, consent: true, message: "Hello" };

interface Asked {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What is asked of the server; `initiate` says how it answers to the n-th first word. */
function server(initiate: (asked: Asked, number: number) => Promise<Response> | Response): { readonly asked: Asked[]; profile: object } {
  const state = { asked: [] as Asked[], profile: PROFILE as object };
  let chats = 0;
  vi.stubGlobal("fetch", (path: string, { body, headers }: { body?: string; headers?: Record<string, string> } = {}) => {
    const asked = { path, key: headers?.["Idempotency-Key"], body: JSON.parse(body ?? "{}") as Record<string, unknown> };
    state.asked.push(asked);
    if (path.includes("/businesses/")) return Promise.resolve(Response.json(state.profile));
    if (path.endsWith("/initiate")) return Promise.resolve(initiate(asked, (chats += 1)));
    return Promise.resolve(Response.json(TOKENS));
  });
  return state;
}

function entered(room = "room"): Response {
  return Response.json({ ...TOKENS, room });
}

function refused(reason: string, status = 409): Response {
  return Response.json({ reason, detail: reason }, { status });
}

function visitor(visit: Partial<Visit> = {}): { visitor: Visitor; host: Host } {
  const host = new Host(undefined);
  host.visit = { ...host.visit, ...visit };
  return { visitor: new Visitor("acme", host), host };
}

function identity(sub: string): string {
  return `x.${btoa(JSON.stringify({ sub }))}.x`;
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  // Nobody answers: what is tested here comes before the connection.
  vi.stubGlobal("WebSocket", class extends EventTarget { close(): void { /* nothing is open */ } });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("five clicks are one request", async () => {
  const { asked } = server(() => entered());
  const { visitor: it } = visitor();
  await it.start();
  await Promise.all(Array.from({ length: 5 }, async () => it.begin(WHOLE)));
  expect(asked.filter(({ path }) => path.endsWith("/initiate")).length).toBe(1);
  expect(it.stage).toBe("chat");
});

test("a chat whose answer was lost is asked for again, with its key, when the page is there again", async () => {
  const { asked } = server((_, number) => (number === 1 ? Promise.reject(new TypeError()) : entered()));
  const { visitor: before } = visitor({ page: "https://acme.example/" });
  await before.start();
  await expect(before.begin(WHOLE)).rejects.toThrow();
  expect(before.asked).toMatchObject(WHOLE);
  const { visitor: after } = visitor({ page: "https://acme.example/other" });
  await after.start();
  const [one, other] = asked.filter(({ path }) => path.endsWith("/initiate"));
  expect(other).toEqual(one);
  expect([after.stage, after.asked]).toEqual(["chat", undefined]);
});

test("what is said differently the second time makes no second conversation", async () => {
  const { asked } = server(({ body }, number) => {
    if (number === 1) return Promise.reject(new TypeError()); // it was received all the same
    return body["message"] === "Hello" ? entered() : refused("IDEMPOTENCY_KEY_REUSED");
  });
  const { visitor: it } = visitor();
  await it.start();
  await expect(it.begin(WHOLE)).rejects.toThrow();
  await it.begin({ ...WHOLE, message: "Hello?" });
  expect(new Set(asked.filter(({ path }) => path.endsWith("/initiate")).map(({ key }) => key)).size).toBe(1);
  expect(it.entries.map(({ message }) => message.body)).toEqual(["Hello?"]);
});

test("the next customer at the same computer sees nothing of the last one", async () => {
  const { asked } = server(() => refused("MESSAGE_MISSING", 400));
  new Guest("acme").enter({ ...TOKENS, room: "room" } as never, identity("vera"));
  const { visitor: it } = visitor({ identity: identity("emil") });
  await it.start();
  expect(it.stage).toBe("form");
  expect(new Guest("acme").room).toBeUndefined();
  expect(asked.find(({ path }) => path.endsWith("/logout"))?.body).toEqual({ refresh_token: "refresh" });
});

test("a customer who has logged out is forgotten before anything is shown, and a stranger is not", async () => {
  server(() => entered());
  new Guest("acme").enter({ ...TOKENS, room: "room" } as never, identity("vera"));
  const { visitor: customer } = visitor({ identity: null });
  await customer.start();
  expect(customer.stage).toBe("form");
  new Guest("acme").enter({ ...TOKENS, room: "room" } as never, null);
  const { visitor: stranger } = visitor({ identity: null });
  await stranger.start();
  expect(stranger.stage).toBe("chat");
});

test("what is answered to a visitor who was forgotten meanwhile is not shown to the next one", async () => {
  let answer: (response: Response) => void = () => undefined;
  const { asked } = server(async () => new Promise((resolve) => { answer = resolve; }));
  const { visitor: it, host } = visitor();
  await it.start();
  const beginning = it.begin(WHOLE);
  await vi.waitFor(() => { expect(asked.some(({ path }) => path.endsWith("/initiate"))).toBe(true); });
  host.onForget();
  answer(entered());
  await beginning;
  expect([it.stage, new Guest("acme").room]).toEqual(["form", undefined]);
  expect(asked.some(({ path }) => path.endsWith("/logout"))).toBe(true);
});

test("hours pass while the page stays open", async () => {
  vi.useFakeTimers({ now: new Date("2030-01-01T08:58:30Z"), toFake: ["setTimeout", "clearTimeout", "Date"] });
  const state = server(() => entered());
  const { visitor: it } = visitor();
  await it.start();
  expect(it.profile?.open).toBe(false);
  state.profile = { ...PROFILE, open: true, opens_at: null };
  await vi.advanceTimersByTimeAsync(60_000);
  expect([it.profile?.open, it.profile?.opens_at]).toEqual([true, null]);
});

test("what waits for a connection goes on waiting on the next page", async () => {
  server(() => entered());
  new Guest("acme").enter({ ...TOKENS, room: "room" } as never, null);
  const { visitor: before } = visitor();
  await before.start();
  before.send("Still there?");
  dispatchEvent(new Event("pagehide"));
  const { visitor: after } = visitor();
  await after.start();
  expect(after.entries.map(({ message }) => [message.id, message.body])).toEqual([[before.entries[0]!.message.id, "Still there?"]]);
});
