import fc from "fast-check";
import { expect, test } from "vitest";
import { complete, matching, wantedAt } from "../src/composer/completion.ts";
import { findEmoji } from "../src/emoji/emoji.ts";

test.each([
  ["Hello @ad", { kind: "person", query: "ad", from: 6 }],
  ["@", { kind: "person", query: "", from: 0 }],
  ["@Ada Lo", { kind: "person", query: "Ada Lo", from: 0 }],
  ["so :smi", { kind: "emoji", query: "smi", from: 3 }],
])("%s asks for something", (text, wanted) => {
  expect(wantedAt(text, text.length)).toEqual(wanted);
});

test.each(["mail@ad", "10:30", ":s", "see: this", ""])("%s does not", (text) => {
  expect(wantedAt(text, text.length)).toBeUndefined();
});

test("only what stands before the caret counts", () => {
  expect(wantedAt("@ad and more", 3)?.query).toBe("ad");
});

test("what is chosen takes the place of what was typed", () => {
  const wanted = wantedAt("Hi @ad there", 6)!;
  expect(complete("Hi @ad there", 6, wanted, "@Ada")).toEqual({ text: "Hi @Ada there", caret: 8 });
});

test("whatever is completed keeps what stands around it", () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^\S*$/), (before, after) => {
      const text = `${before} @x${after}`;
      const caret = before.length + 3;
      const wanted = wantedAt(text, caret);
      if (wanted?.query !== "x") return;
      expect(complete(text, caret, wanted, "@Xenia").text).toBe(`${before} @Xenia ${after}`);
    }),
  );
});

test("people are found by the beginning of any of their names", () => {
  expect(matching(["Ada Lovelace", "Bob", "Lo"], "lo")).toEqual(["Ada Lovelace", "Lo"]);
});

test("emoji are found by their words", () => {
  expect(findEmoji("part").map(({ char }) => char)).toContain("🎉");
  expect(findEmoji("zzzz")).toEqual([]);
});
