// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { isCurrent } from "../src/pwa/update.ts";

const PAGE = '<script type="module" crossorigin src="/assets/index-abc.js"></script>';

test("a page is current as long as the server's page loads the same scripts", () => {
  expect(isCurrent(PAGE, ["/assets/index-abc.js"])).toBe(true);
  expect(isCurrent(PAGE, ["/assets/index-old.js"])).toBe(false);
});
