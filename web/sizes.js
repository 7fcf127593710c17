// What a browser must load before a screen works, against its bound. Run after a build: `npm run sizes`.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Built with Vite, with a manifest; KiB of JavaScript, gzipped, in the entry and what it imports at once. */
const BOUNDS = [
  { name: "chat", dist: "dist", kib: 120 },
  { name: "dashboard", dist: "dist/dashboard", kib: 150 },
];

/** KiB of all of these files, gzipped. */
const FILES = [
  { name: "launcher", files: ["dist/widget.js"], kib: 5 },
  { name: "widget", files: ["dist/widget.js", "dist/widget/frame.js", "dist/widget/frame.css"], kib: 30 },
];

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
  check(name, [...files].map((file) => `${dist}/${file}`), kib);
}
for (const { name, files, kib } of FILES) check(name, files, kib);

function check(name, files, kib) {
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
  console.log(`${name}: ${(bytes / 1024).toFixed(1)} KiB of at most ${kib} KiB, in ${files.length} files`);
  exceeded ||= bytes / 1024 > kib;
}

process.exit(exceeded ? 1 : 0);
