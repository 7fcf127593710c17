// What a browser must load before a screen works, against its bound. Run after a build: `npm run sizes`.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Built with Vite, with a manifest; KiB of JavaScript, gzipped, in the entry and what it imports at once. */
const BOUNDS = [{ name: "chat", dist: "chat/dist", kib: 120 }];

let exceeded = false;
for (const { name, dist, kib } of BOUNDS) {
  const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, "utf8"));
  const files = new Set();
  const take = (chunk) => {
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const key of chunk.imports ?? []) take(manifest[key]);
  };
  take(Object.values(manifest).find(({ isEntry }) => isEntry));
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`${dist}/${file}`), { level: 9 }).length, 0);
  const measured = bytes / 1024;
  console.log(`${name}: ${measured.toFixed(1)} KiB of at most ${kib} KiB, in ${files.size} files`);
  exceeded ||= measured > kib;
}
process.exit(exceeded ? 1 : 0);
