// @vitest-environment happy-dom
import { AccountError } from "@parlance/sdk";
import type { Chat } from "@parlance/sdk/rest";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Guest } from "../src/frame/guest.ts";

const CHAT = { room: "room", access_token: "access-0", expires_in: 900, refresh_token: "refresh-0" } as Chat;

/** A server that gives each refresh token once. */
function server(): string[] {
  const used: string[] = [];
  vi.stubGlobal("fetch", (_path: string, { body }: { body: string }) => {
    const { refresh_token: token } = JSON.parse(body) as { refresh_token: string };
    if (used.includes(token)) return Promise.resolve(Response.json({ reason: "REFRESH_TOKEN_REUSED" }, { status: 401 }));
    used.push(token);
    const tokens = { access_token: `access-${used.length}`, expires_in: 900, refresh_token: `refresh-${used.length}` };
    return Promise.resolve(Response.json(tokens));
  });
  return used;
}

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("whoever returns has the room, and goes on with the last token", async () => {
  const used = server();
  new Guest("acme").enter(CHAT, null);
  const again = new Guest("acme");
  expect(again.room).toBe("room");
  expect(await again.token()).toBe("access-1");
  expect(await again.token()).toBe("access-1");
  expect((await again.fresh()).value).toBe("access-2");
  expect(used).toEqual(["refresh-0", "refresh-1"]);
});

test("two tabs never use the same refresh token", async () => {
  server();
  new Guest("acme").enter(CHAT, null);
  const tabs = [new Guest("acme"), new Guest("acme")];
  const tokens = await Promise.all(tabs.map(async (tab) => (await tab.fresh()).value));
  expect(tokens).toEqual(["access-1", "access-2"]);
});

test("businesses are told apart, and whoever is forgotten is nobody", async () => {
  server();
  const guest = new Guest("acme");
  guest.enter(CHAT, null);
  expect(new Guest("other").room).toBeUndefined();
  guest.forget();
  expect(guest.room).toBeUndefined();
  await expect(guest.token()).rejects.toThrow(AccountError);
});

test("whoever is forgotten is so on the server too, also in the middle of a refresh", async () => {
  const ended: string[] = [];
  let answer: (response: Response) => void = () => undefined;
  vi.stubGlobal("fetch", (path: string, { body }: { body: string }) => {
    if (!path.endsWith("/logout")) return new Promise<Response>((resolve) => { answer = resolve; });
    ended.push((JSON.parse(body) as { refresh_token: string }).refresh_token);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  const guest = new Guest("acme");
  guest.enter(CHAT, null);
  const refreshing = guest.fresh();
  await vi.waitFor(() => { expect(answer.length).toBe(1); });
  guest.forget();
  answer(Response.json({ access_token: "access-1", expires_in: 900, refresh_token: "refresh-1" }));
  await expect(refreshing).rejects.toThrow(AccountError);
  expect([guest.room, ended]).toEqual([undefined, ["refresh-0", "refresh-1"]]);
});

test("a browser that keeps nothing, and lets no tabs take turns, has a conversation all the same", async () => {
  server();
  const refuse = (): never => { throw new DOMException("", "SecurityError"); };
  vi.spyOn(window, "localStorage", "get").mockImplementation(refuse);
  vi.stubGlobal("navigator", { locks: { request: refuse } });
  const guest = new Guest("acme");
  guest.enter(CHAT, null);
  expect((await guest.fresh()).value).toBe("access-1");
  vi.restoreAllMocks();
});

test("a visitor whom the business has named is known by the next token, and nobody else is", async () => {
  server();
  const token = (sub: string): string => `x.${btoa(JSON.stringify({ sub }))}.x`;
  new Guest("acme").enter(CHAT, token("vera"));
  const guest = new Guest("acme");
  await guest.fresh();
  expect(["vera", "emil"].map((sub) => guest.isKnownAs(token(sub)))).toEqual([true, false]);
  expect(guest.isKnownAs("no token")).toBe(false);
  guest.enter(CHAT, null);
  expect(guest.isKnownAs(token("vera"))).toBe(false);
});
