import react from "@vitejs/plugin-react";
import { defaultClientConditions, type UserConfig } from "vite";
import { compressed } from "./compressed.ts";

/** A running installation (`make run`), for `npm run dev`. */
const SERVER = "http://127.0.0.1:8000";

/** How the chat and the dashboard are built, and served while one works on them. */
export function site(base: string, outDir: string): UserConfig {
  return {
    base,
    plugins: [react(), compressed()],
    resolve: { conditions: ["source", ...defaultClientConditions] },
    build: {
      target: ["chrome123", "firefox120", "safari17.5"],
      outDir,
      emptyOutDir: true,
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
  };
}
