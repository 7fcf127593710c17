// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Attempt } from "../src/frame/attempt.ts";

const CHAT = { business: "acme", message: "Hello" };

beforeEach(() => {
  sessionStorage.clear();
});

afterEach(() => {
  vi.useRealTimers();
});

test("what was not answered keeps its key over a reload, whatever is said with it", () => {
  const { key } = new Attempt("acme").begin(CHAT);
  const again = new Attempt("acme").begin(CHAT);
  expect([again.key, again.chats]).toEqual([key, [CHAT]]);
  const changed = new Attempt("acme").begin({ ...CHAT, message: "Hello?" });
  expect([changed.key, changed.chats.map(({ message }) => message)]).toEqual([key, ["Hello", "Hello?"]]);
});

test("after the answer there is nothing to repeat, and the next chat has another key", () => {
  const attempt = new Attempt("acme");
  const { key } = attempt.begin(CHAT);
  attempt.answered();
  expect(attempt.pending).toBeUndefined();
  expect(attempt.begin(CHAT).key).not.toBe(key);
});

test("what was asked long ago is not sent now", () => {
  vi.useFakeTimers();
  const attempt = new Attempt("acme");
  attempt.begin(CHAT);
  vi.advanceTimersByTime(2 * 60 * 60_000);
  expect(attempt.pending).toBeUndefined();
});
