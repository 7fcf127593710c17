import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { compressed } from "../compressed.ts";

/** A running installation (`make run`), for `npm run dev`. */
const SERVER = "http://127.0.0.1:8000";

export default defineConfig({
  base: "/dashboard/",
  plugins: [react(), compressed()],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    target: ["chrome123", "firefox120", "safari17.5"],
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      "/api": SERVER,
      "/ws": { target: SERVER, ws: true },
    },
  },
});
