import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";

/** A running installation (`make run`), for `npm run dev`. */
const SERVER = "http://127.0.0.1:8000";
const WORTH_COMPRESSING = 1024;

/** Puts a compressed copy beside each text, for servers that send those as they are. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        const content = file.type === "chunk" ? file.code : file.source;
        if (!/\.(js|css|html)$/.test(name) || content.length < WORTH_COMPRESSING) continue;
        writeFileSync(join(dir!, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    target: ["chrome123", "firefox120", "safari17.5"],
    manifest: true,
    // Everything is a file: the Content-Security-Policy takes no fonts and scripts from addresses that hold them.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      "/api": SERVER,
      "/ws": { target: SERVER, ws: true },
    },
  },
});
