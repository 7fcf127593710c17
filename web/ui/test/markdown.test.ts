import fc from "fast-check";
import { expect, test } from "vitest";
import { inline, mentions, parse, type Block, type Inline } from "../src/message/markdown.ts";

const text = (value: string): Inline => ({ type: "text", text: value });

test.each<[string, Inline[]]>([
  ["plain", [text("plain")]],
  ["**bold** and _slanted_", [{ type: "strong", children: [text("bold")] }, text(" and "), { type: "em", children: [text("slanted")] }]],
  ["~~gone~~", [{ type: "del", children: [text("gone")] }]],
  ["**both *at* once**", [{ type: "strong", children: [text("both "), { type: "em", children: [text("at")] }, text(" once")] }]],
  ["`**as it is**`", [{ type: "code", text: "**as it is**" }]],
  ["snake_case_name stays", [text("snake_case_name stays")]],
  ["2 * 3 * 4 stays", [text("2 * 3 * 4 stays")]],
  ["**open", [text("**open")]],
])("%s", (written, expected) => {
  expect(inline(written)).toEqual(expected);
});

test("addresses become links, without the point that ends the sentence", () => {
  expect(inline("See https://example.com/a_b_c?x=1.")).toEqual([
    text("See "),
    { type: "link", url: "https://example.com/a_b_c?x=1", children: [text("https://example.com/a_b_c?x=1")] },
    text("."),
  ]);
});

test("words can lead to an address", () => {
  expect(inline("[the **docs**](https://example.com/x)")).toEqual([
    { type: "link", url: "https://example.com/x", children: [text("the "), { type: "strong", children: [text("docs")] }] },
  ]);
});

test.each(["[x](javascript:alert(1))", "javascript:alert(1)", "[x](data:text/html,x)", "<script>alert(1)</script>", "[x](//evil.example)"])(
  "%s is no link and no markup",
  (written) => {
    expect(linksOf(parse(written))).toEqual([]);
  },
);

test("blocks: code, quotes, lists, paragraphs", () => {
  expect(parse("One\ntwo\n\n```ts\nlet *x*;\n```\n> said\n> so\n\n- a\n- b\n3. c").map(({ type }) => type)).toEqual([
    "paragraph",
    "code",
    "quote",
    "list",
    "list",
  ]);
  expect(parse("```ts\nlet *x*;\n```")).toEqual([{ type: "code", language: "ts", text: "let *x*;" }]);
  expect(parse("3. c")).toEqual([{ type: "list", start: 3, items: [[text("c")]] }]);
});

test("code that is never closed goes to the end", () => {
  expect(parse("```\na\nb")).toEqual([{ type: "code", language: "", text: "a\nb" }]);
});

test("people are mentioned by their whole names, whatever the case", () => {
  const names = ["Ada", "Ada Lovelace", "Rin"];
  expect(inline("@ada lovelace, @Rin!", names)).toEqual([
    { type: "mention", name: "Ada Lovelace" },
    text(", "),
    { type: "mention", name: "Rin" },
    text("!"),
  ]);
  expect(inline("mail@rin.example @Ringo", names)).toEqual([text("mail@rin.example @Ringo")]);
});

test("whether somebody is mentioned, wherever that is", () => {
  expect(mentions("> - **@Ada** look", "Ada")).toBe(true);
  expect(mentions("`@Ada` and Ada", "Ada")).toBe(false);
});

test("whatever is written can be shown, keeps its words, and links lead only to the web", () => {
  const pieces = fc.constantFrom("*", "**", "_", "~~", "`", "```\n", "> ", "- ", "1. ", "\n", "[", "](", ")", "https://a.b", "@Ada", " ", "x", "é", "👍");
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.array(pieces).map((parts) => parts.join(""))), (written) => {
      const parsed = parse(written, ["Ada"]);
      for (const url of linksOf(parsed)) expect(url).toMatch(/^https?:/);
      const letters = (value: string): number => (value.match(/x/g) ?? []).length;
      expect(letters(wordsOf(parsed))).toBeGreaterThanOrEqual(letters(written.replace(/```.*/g, "").replace(/https?:\S*/g, "")));
    }),
  );
});

test("markers without end cost no time", () => {
  for (const marker of ["*", "_", "~~", "[", "`", "> ", "**a ", "[a]("]) {
    expect(() => parse(marker.repeat(4000))).not.toThrow();
  }
});

type Part = Block | Inline;

function childrenOf(part: Part): readonly Part[] {
  if ("items" in part) return part.items.flat();
  return "children" in part ? part.children : [];
}

function linksOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => [...(part.type === "link" ? [part.url] : []), ...linksOf(childrenOf(part))]);
}

function wordsOf(parts: readonly Part[]): string {
  return parts
    .map((part) => ("text" in part ? part.text : part.type === "mention" ? part.name : wordsOf(childrenOf(part))))
    .join(" ");
}
