import { expect, test } from "vitest";
import { filledIn, matching } from "../src/conversation/canned.ts";

const replies = [
  { id: "1", shortcut: "bye", text: "See you, hello again" },
  { id: "2", shortcut: "hello", text: "Hello {{ visitor.name }}" },
  { id: "3", shortcut: "Hours", text: "From 9 to 5" },
];

test("a slash offers all, and letters those that begin so before those that hold them", () => {
  expect(matching(replies, "/")).toHaveLength(3);
  expect(matching(replies, "/h").map(({ id }) => id)).toEqual(["2", "3", "1"]);
  expect(matching(replies, "/HEL").map(({ id }) => id)).toEqual(["2", "1"]);
});

test.each(["", "hello", "/hello there", " /hello", "http://x"])("%s offers nothing", (draft) => {
  expect(matching(replies, draft)).toEqual([]);
});

test("variables are filled in, and what is none stays", () => {
  const about = { visitor: { name: "Vera", email: "vera@example.org" }, agent: "Alan", business: "Acme" };
  expect(filledIn("{{visitor.name}} {{ agent.name }} {{business.name}} {{visitor.email}} {{x}}", about)).toBe(
    "Vera Alan Acme vera@example.org {{x}}",
  );
});
