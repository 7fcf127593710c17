import type { Entry } from "@parlance/sdk";
import { expect, test } from "vitest";
import { rowsOf } from "../src/message/rows.ts";

function entry(seq: number, sender: string, moment: string, more: Partial<Entry["message"]> = {}): Entry {
  const message = {
    id: `m${seq}`,
    seq,
    revision: seq,
    sender: { id: sender, name: sender, guest: false },
    kind: "text" as const,
    body: "x",
    reply_to: null,
    attachments: [],
    sent_at: new Date(moment).toISOString(),
    edited_at: null,
    deleted_at: null,
    reactions: [],
    ...more,
  };
  return { message, state: "stored" };
}

function shape(entries: readonly Entry[], complete = false, firstUnread?: number): string[] {
  return rowsOf(entries, complete, firstUnread).map((row) =>
    row.type === "message" ? `${row.entry.message.id}${row.first ? "!" : ""}` : row.type,
  );
}

test("messages of one person within five minutes form a group", () => {
  const entries = [
    entry(1, "ada", "2026-03-01T12:00"),
    entry(2, "ada", "2026-03-01T12:04"),
    entry(3, "ada", "2026-03-01T12:10"),
    entry(4, "bob", "2026-03-01T12:11"),
    entry(5, "bob", "2026-03-01T12:11", { reply_to: "m1" }),
  ];
  expect(shape(entries)).toEqual(["day", "m1!", "m2", "m3!", "m4!", "m5!"]);
});

test("each day begins with its date, the room with its beginning", () => {
  const entries = [entry(1, "ada", "2026-03-01T23:59"), entry(2, "ada", "2026-03-02T00:01")];
  expect(shape(entries, true)).toEqual(["begin", "day", "m1!", "day", "m2!"]);
});

test("what is new is marked once, and begins a group", () => {
  const entries = [1, 2, 3].map((seq) => entry(seq, "ada", "2026-03-01T12:00"));
  expect(shape(entries, false, 2)).toEqual(["day", "m1!", "new", "m2!", "m3"]);
  expect(shape(entries, false, 9)).toEqual(["day", "m1!", "m2", "m3"]);
});

test("what is not stored is never new", () => {
  const echo: Entry = { ...entry(0, "ada", "2026-03-01T12:00"), state: "sending" };
  expect(shape([entry(1, "bob", "2026-03-01T12:00"), echo], false, 2)).toEqual(["day", "m1!", "m0!"]);
});
