import { afterEach, expect, test, vi } from "vitest";
import type { Presence } from "../src/frame/promise.ts";

const NOW = new Date("2026-11-27T12:00:00"); // a Friday
const OPEN: Presence = { open: true, opens_at: null, closes_at: null, reply_within_minutes: 0 };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** What a visitor of this language reads. */
async function said(presence: Partial<Presence>, language = "en-GB"): Promise<string> {
  vi.stubGlobal("navigator", { language });
  const { promiseOf } = await import("../src/frame/promise.ts");
  return promiseOf({ ...OPEN, ...presence }, NOW);
}

function at(local: string): string {
  return new Date(local).toISOString();
}

test.each([
  [1, "We answer within 1 minute"],
  [45, "We answer within 45 minutes"],
  [60, "We answer within 1 hour"],
  [90, "We answer within 90 minutes"],
  [150, "We answer within 3 hours"],
  [1440, "We answer within 1 day"],
  [2880, "We answer within 2 days"],
])("an answer within %i minutes is promised in words", async (reply_within_minutes, words) => {
  expect(await said({ reply_within_minutes })).toBe(words);
});

test("who promises nothing is there or away, as before", async () => {
  expect(await said({})).toBe("We are here. Ask away!");
  expect(await said({ open: false })).toBe("We are away right now");
  expect(await said({ open: false, opens_at: at("2026-11-27T14:00:00") })).toBe("We are away right now · Back 14:00");
});

test("who is closed promises an answer after the next opening, in the visitor's time", async () => {
  const closed = { open: false, reply_within_minutes: 5 };
  expect(await said({ ...closed, opens_at: at("2026-11-30T09:00:00") })).toBe("We answer after 09:00 on Monday");
  expect(await said({ ...closed, opens_at: at("2026-11-27T14:00:00") })).toBe("We answer after 14:00");
  expect(await said({ ...closed, opens_at: at("2026-12-09T09:00:00") })).toBe("We answer after 09:00 on 9 December");
  expect(await said(closed)).toBe("We are away right now");
});

test("nothing is promised for a time at which nobody is there", async () => {
  const closes_at = at("2026-11-27T17:00:00");
  expect(await said({ closes_at, reply_within_minutes: 300 })).toBe("We answer within 5 hours");
  expect(await said({ closes_at, reply_within_minutes: 301 })).toBe("We are here until 17:00");
});

test("it is said in German to those who read German", async () => {
  expect(await said({ reply_within_minutes: 2880 }, "de")).toBe("Wir antworten innerhalb von 2 Tagen");
  const closed = { open: false, reply_within_minutes: 5 };
  expect(await said({ ...closed, opens_at: at("2026-11-30T09:00:00") }, "de-AT")).toBe("Wir antworten am Montag nach 09:00 Uhr");
  expect(await said({ closes_at: at("2026-11-27T12:30:00"), reply_within_minutes: 60 }, "de")).toBe("Wir sind bis 12:30 Uhr da");
});
