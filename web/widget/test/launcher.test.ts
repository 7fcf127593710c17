// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pack } from "../src/channel.ts";
import { Api } from "../src/loader/api.ts";
import { Launcher } from "../src/loader/launcher.ts";
import { load, type Profile } from "../src/loader/profile.ts";

const ORIGIN = "https://chat.example";
const PROFILE: Profile = { name: "Acme", theme: { accent: "#b3541e", position: "left", launcher: "Ask us" } };

function widgets(): Element[] {
  return [...document.querySelectorAll("parlance-widget")];
}

function launched(): { api: Api; root: ShadowRoot; button: HTMLButtonElement } {
  const api = new Api();
  api.attach(new Launcher(ORIGIN, "acme", PROFILE, api.tell));
  const root = widgets().at(-1)!.shadowRoot!;
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
  vi.useRealTimers();
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
  expect(widgets().at(-1)!.shadowRoot!.querySelector<HTMLElement>(".panel")!.hidden).toBe(false);
});

test("the badge counts what is unread", () => {
  const { root, button } = launched();
  button.click();
  const badge = root.querySelector<HTMLElement>(".badge")!;
  for (const [count, shown] of [[1, "1"], [100, "99+"]] as const) {
    hear(root, { type: "unread", count });
    expect([badge.hidden, badge.textContent]).toEqual([false, shown]);
    expect(button.ariaLabel).toBe(`Ask us (${shown})`);
  }
  hear(root, { type: "unread", count: 0 });
  expect([badge.hidden, button.ariaLabel]).toEqual([true, "Ask us"]);
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
  const again = launched();
  vi.advanceTimersByTime(1500);
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

test("a page that swaps its body, or all that it shows, keeps the widget", async () => {
  const { root } = launched();
  const { host } = root;
  document.body.replaceWith(document.createElement("body"));
  expect(host.isConnected).toBe(true);
  host.remove();
  await vi.waitFor(() => { expect(host.isConnected).toBe(true); });
});

test("a frame that never says hello leaves a panel that says so, tries again and can be closed", () => {
  vi.useFakeTimers();
  const { root, button } = launched();
  button.click();
  vi.advanceTimersByTime(20_000);
  expect(root.querySelector("iframe")).toBeNull();
  const [again, close] = root.querySelectorAll<HTMLButtonElement>(".notice button");
  expect(root.querySelector("[role=alert]")!.textContent).toBe("The chat cannot be reached right now.");
  again!.click();
  expect([root.querySelectorAll("iframe").length, root.querySelector(".notice")]).toEqual([1, null]);
  vi.advanceTimersByTime(20_000);
  root.querySelectorAll<HTMLButtonElement>(".notice button")[1]!.click();
  expect(close).toBeDefined();
  expect(root.querySelector<HTMLElement>(".panel")!.hidden).toBe(true);
  button.click();
  hear(root, { type: "hello" });
  vi.advanceTimersByTime(20_000);
  expect([root.querySelectorAll("iframe").length, root.querySelector(".notice")]).toEqual([1, null]);
});

test("what is to be forgotten is noted until the frame has done it, also on the next page", () => {
  const { api, root } = launched();
  api.forget();
  expect(root.querySelector("iframe")).not.toBeNull();
  const next = launched().root;
  const post = vi.fn<(message: unknown) => void>();
  Object.defineProperty(next.querySelector("iframe"), "contentWindow", { value: { postMessage: post } });
  hear(next, { type: "hello" });
  expect(post.mock.lastCall![0]).toMatchObject({ type: "init", forget: true });
  hear(next, { type: "conversation", exists: false });
  hear(next, { type: "hello" });
  expect(post.mock.lastCall![0]).toMatchObject({ type: "init", forget: false });
});

test("a phone's keyboard leaves the panel what it does not cover", () => {
  const view = Object.assign(new EventTarget(), { height: 844, offsetTop: 0, scale: 1 });
  vi.stubGlobal("visualViewport", view);
  const { style } = launched().root.host as HTMLElement;
  Object.assign(view, { height: 480, offsetTop: 20 });
  view.dispatchEvent(new Event("resize"));
  expect([style.getPropertyValue("--height"), style.getPropertyValue("--top")]).toEqual(["480px", "20px"]);
});

test("the script stands twice on a page, and there is one widget", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(PROFILE)));
  const before = widgets().length;
  const script = Object.assign(document.createElement("script"), { type: "text/plain", src: `${ORIGIN}/widget.js` });
  script.dataset["business"] = "acme";
  vi.spyOn(document, "currentScript", "get").mockReturnValue(script);
  const page = globalThis as { Parlance?: unknown };
  for (let copy = 0; copy < 2; copy += 1) {
    vi.resetModules(); // as two scripts, with classes of their own
    await import("../src/loader/main.ts");
  }
  await vi.waitFor(() => { expect(widgets().length).toBeGreaterThan(before); });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(widgets().length).toBe(before + 1);
  delete page.Parlance;
});
