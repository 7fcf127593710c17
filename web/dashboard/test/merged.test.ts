import type { Entry } from "@parlance/sdk";
import { expect, test } from "vitest";
import { merged } from "../src/conversation/merged.ts";

function entry(id: string, second: number, seq: number): Entry {
  const sent_at = new Date(second * 1000).toISOString();
  const sender = { id: "ada", name: "Ada", guest: false };
  const rest = { revision: seq, kind: "text" as const, body: id, reply_to: null, attachments: [], edited_at: null, deleted_at: null, reactions: [] };
  return { message: { id, seq, sender, sent_at, ...rest }, state: "stored" };
}

const said = [entry("one", 1, 1), entry("two", 5, 2)];

test("notes stand where they were written, in the place of the message before them", () => {
  const all = merged(said, [entry("first", 0, 1), entry("between", 3, 2), entry("last", 9, 3)]);
  expect(all.map(({ message }) => [message.id, message.seq])).toEqual([["first", 0], ["one", 1], ["between", 1], ["two", 2], ["last", 2]]);
});

test("what has not changed stays the same object", () => {
  const notes = [entry("between", 3, 1)];
  expect(merged(said, notes)[1]).toBe(merged([...said, entry("three", 6, 3)], notes)[1]);
  expect(merged(said, [])).toBe(said);
});
