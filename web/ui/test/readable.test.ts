import { expect, test } from "vitest";
import { readableOn } from "../src/theme/readable.ts";

test.each([
  ["#ffffff", "#000"],
  ["#ffee00", "#000"],
  ["#000000", "#fff"],
  ["#b3541e", "#fff"],
])("what stands on %s is %s", (colour, expected) => {
  expect(readableOn(colour)).toBe(expected);
});
