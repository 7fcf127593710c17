// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pack } from "../src/channel.ts";
import { Api } from "../src/loader/api.ts";
import { Launcher } from "../src/loader/launcher.ts";
import { load, type Profile } from "../src/loader/profile.ts";

const ORIGIN = "https://chat.example";
const PROFILE: Profile = { name: "Acme", theme: { accent: "#b3541e", position: "left", launcher: "Ask us" } };

function launched(): { api: Api; root: ShadowRoot; button: HTMLButtonElement } {
  const api = new Api();
  api.attach(new Launcher(ORIGIN, "acme", PROFILE, api.tell));
  const root = document.querySelector("parlance-widget")!.shadowRoot!;
  return { api, root, button: root.querySelector("button")! };
}

function hear(root: ShadowRoot, message: Parameters<typeof pack>[0], origin = ORIGIN): void {
  const source = root.querySelector("iframe")!.contentWindow;
  dispatchEvent(new MessageEvent("message", { data: pack(message), origin, source }));
}

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("nothing is fetched before somebody seems to want it", () => {
  const { root, button } = launched();
  expect(root.querySelector("iframe")).toBeNull();
  button.dispatchEvent(new Event("pointerenter"));
  expect(root.querySelector("iframe")!.src).toBe(`${ORIGIN}/widget/acme`);
  expect(root.querySelector<HTMLElement>(".panel")!.hidden).toBe(true);
});

test("it opens, closes and says so", () => {
  const { api, root, button } = launched();
  const heard: string[] = [];
  api.on("open", () => heard.push("open"));
  const stop = api.on("close", () => heard.push("close"));
  button.click();
  expect([root.querySelector<HTMLElement>(".panel")!.hidden, button.ariaExpanded]).toEqual([false, "true"]);
  api.close();
  stop();
  button.click();
  button.click();
  expect(heard).toEqual(["open", "close", "open"]);
});

test("what the page asks before the launcher is there happens when it is", () => {
  const api = new Api();
  api.open();
  api.attach(new Launcher(ORIGIN, "acme", PROFILE, api.tell));
  expect(document.querySelector("parlance-widget")!.shadowRoot!.querySelector<HTMLElement>(".panel")!.hidden).toBe(false);
});

test("the badge counts what is unread", () => {
  const { root, button } = launched();
  button.click();
  const badge = root.querySelector<HTMLElement>(".badge")!;
  for (const [count, shown] of [[1, "1"], [100, "99+"]] as const) {
    hear(root, { type: "unread", count });
    expect([badge.hidden, badge.textContent]).toEqual([false, shown]);
  }
  hear(root, { type: "unread", count: 0 });
  expect(badge.hidden).toBe(true);
});

test("nobody but the frame is listened to", () => {
  const { root, button } = launched();
  button.click();
  hear(root, { type: "unread", count: 1 }, "https://evil.example");
  dispatchEvent(new MessageEvent("message", { data: pack({ type: "unread", count: 1 }), origin: ORIGIN, source: window }));
  expect(root.querySelector<HTMLElement>(".badge")!.hidden).toBe(true);
});

test("whoever has a conversation hears of answers without opening it", () => {
  vi.useFakeTimers();
  const { root, button } = launched();
  button.click();
  hear(root, { type: "conversation", exists: true });
  document.body.replaceChildren();
  const again = launched();
  vi.runAllTimers();
  vi.useRealTimers();
  expect(again.root.querySelector("iframe")).not.toBeNull();
});

test("a page that may not have a widget is told why and gets none", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ detail: "This site may not." }, { status: 403 })));
  expect(await load(ORIGIN, "acme")).toBeUndefined();
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
  expect(await load(ORIGIN, "acme")).toBeUndefined();
  expect(warn).toHaveBeenCalledTimes(2);
});
