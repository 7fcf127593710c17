import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

const SOURCES = new URL("../src/", import.meta.url).pathname;
const PAGE = "a page";

/** The gzipped bytes of a page that uses all of these entries, built for browsers. */
async function pageBytes(...entries: string[]): Promise<number> {
  const source = entries.map((entry) => `export * from "${SOURCES}${entry}";`).join("\n");
  const { output } = (await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: PAGE, preserveEntrySignatures: "strict" },
    },
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === PAGE ? id : undefined),
        load: (id) => (id === PAGE ? source : undefined),
      },
    ],
  })) as Rolldown.RolldownOutput;
  expect(output[0].exports.length).toBeGreaterThan(entries.length);
  return gzipSync(output[0].code).length;
}

test("client, timelines and REST cost a page at most 8 KB", async () => {
  expect(await pageBytes("index.ts", "rest/index.ts")).toBeLessThanOrEqual(8 * 1024);
});

test("views cost it at most one more", async () => {
  expect(await pageBytes("index.ts", "rest/index.ts", "views/index.ts")).toBeLessThanOrEqual(9 * 1024);
});
