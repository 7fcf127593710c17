import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Account, AccountError } from "../src/rest/index.ts";

interface Call {
  method: string;
  path: string;
  body: Record<string, unknown> | undefined;
  token: string | null;
}

const PROBLEM = { title: "Unauthorized", status: 401, detail: "No.", code: "unauthenticated" };

/** One session on a server: its refresh token is good once, and using it again ends the session. */
class Sessions {
  readonly calls: Call[] = [];
  current = 0;
  user = "ada";
  ended = false;
  staleAccess = "";

  readonly fetch = async (url: URL, init: RequestInit): Promise<Response> => {
    const body = init.body ? (JSON.parse(init.body as string) as Record<string, unknown>) : undefined;
    const token = new Headers(init.headers).get("Authorization");
    this.calls.push({ method: init.method!, path: url.pathname + url.search, body, token });
    const used = this.current;
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (url.pathname === "/api/auth/logout") return new Response(null, { status: 204 });
    if (!url.pathname.startsWith("/api/auth/")) return this.#answer(token === this.staleAccess);
    if (url.pathname === "/api/auth/refresh" && used !== this.current) this.ended = true;
    return this.ended ? this.#refuse("REFRESH_TOKEN_REUSED") : this.#session(body!["session"] === "token");
  };

  #session(withToken: boolean): Response {
    this.current += 1;
    const tokens = { access_token: `access ${this.current}`, token_type: "Bearer", expires_in: 900 };
    const user = { id: this.user, username: this.user, display_name: "", guest: false, created_at: "" };
    return Response.json({ ...tokens, user, ...(withToken && { refresh_token: `refresh ${this.current}` }) });
  }

  #answer(isStale: boolean): Response {
    return isStale ? this.#refuse("TOKEN_EXPIRED") : Response.json({ rooms: [], next: null });
  }

  #refuse(reason: string): Response {
    return Response.json({ ...PROBLEM, reason }, { status: 401 });
  }
}

let server: Sessions;
let account: Account;

beforeEach(() => {
  server = new Sessions();
  vi.stubGlobal("fetch", server.fetch);
  account = new Account("https://chat.test");
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What pages in several tabs share; there are no locks over plain HTTP. */
function stubStorage(): Map<string, string> {
  const notes = new Map<string, string>();
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => notes.get(name) ?? null,
    setItem: (name: string, note: string) => notes.set(name, note),
    removeItem: (name: string) => notes.delete(name),
  });
  return notes;
}

test("the token of the login is given out first, then each time a new one", async () => {
  await account.login("ada", "secret");
  expect(server.calls[0]!.body).toEqual({ username: "ada", password: "secret", session: "cookie" });
  expect((await account.token()).value).toBe("access 1");
  expect((await account.token()).value).toBe("access 2");
  expect(account.user?.username).toBe("ada");
});

test("a program without cookies sends the refresh token that it was given last", async () => {
  account = new Account("https://chat.test", { session: "token" });
  await account.register("ada", "secret", "Ada");
  await account.token();
  await account.token();
  await account.token();
  expect(server.calls.slice(1).map(({ body }) => body!["refresh_token"])).toEqual(["refresh 1", "refresh 2"]);
});

test("whoever wants a refresh while one is under way gets that one", async () => {
  await account.login("ada", "secret");
  await account.token();
  const tokens = await Promise.all([account.token(), account.token()]);
  expect(tokens.map(({ value }) => value)).toEqual(["access 2", "access 2"]);
  expect(server.ended).toBe(false);
});

test("tabs take turns by the browser's locks", async () => {
  let last: Promise<unknown> = Promise.resolve();
  const request = async (_name: string, work: () => Promise<unknown>): Promise<unknown> => (last = last.then(work));
  vi.stubGlobal("navigator", { locks: { request } });
  const tabs = [account, new Account("https://chat.test"), new Account("https://chat.test")];
  await Promise.all(tabs.map(async (tab) => tab.restore()));
  expect(server).toMatchObject({ ended: false, current: 3 });
});

test("tabs take turns by notes where there are no locks", async () => {
  const notes = stubStorage();
  const tabs = [account, new Account("https://chat.test"), new Account("https://chat.test")];
  await Promise.all(tabs.map(async (tab) => tab.restore()));
  expect(server).toMatchObject({ ended: false, current: 3 });
  expect(notes.size).toBe(0);
});

test("the note of a tab that was closed counts only for a while", async () => {
  const notes = stubStorage();
  notes.set("parlance-refresh", `${Date.now() - 1} 0.5`);
  await account.restore();
  expect(server.current).toBe(1);
});

test("a session that is over is told by restore as nobody, and by token as an error", async () => {
  server.ended = true;
  expect(await account.restore()).toBeUndefined();
  await expect(account.token()).rejects.toMatchObject({ status: 401, temporary: false });
});

test("somebody else who logged in in another tab does not take over this one", async () => {
  await account.login("ada", "secret");
  await account.token();
  server.user = "bob";
  await expect(account.token()).rejects.toMatchObject({ reason: "OTHER_USER" });
});

test("a refresh that was under way does not undo a logout", async () => {
  await account.login("ada", "secret");
  await account.token();
  const refreshing = expect(account.token()).rejects.toMatchObject({ reason: "SESSION_ENDED" });
  await account.logout();
  await refreshing;
  expect(account.user).toBeUndefined();
});

test("a call names its path and query, and is repeated with a fresh token", async () => {
  await account.login("ada", "secret");
  server.staleAccess = "Bearer access 1";
  await account.call("GET /api/rooms/{room_id}/members", { path: { room_id: "a/b" }, query: { limit: 5 } });
  expect(server.calls.slice(1).map(({ method, path, token }) => [method, path, token])).toEqual([
    ["GET", "/api/rooms/a%2Fb/members?limit=5", "Bearer access 1"],
    ["POST", "/api/auth/refresh", null],
    ["GET", "/api/rooms/a%2Fb/members?limit=5", "Bearer access 2"],
  ]);
});

test("a server that cannot be reached may be later", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("fetch failed")));
  const failing = account.login("ada", "secret");
  await expect(failing).rejects.toThrow(AccountError);
  await expect(failing).rejects.toMatchObject({ status: 0, temporary: true });
});
