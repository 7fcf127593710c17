import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

/** A running installation (`make run`), for `npm run dev`. */
const SERVER = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    target: "es2022",
    manifest: true,
    // No inline images: the Content-Security-Policy knows no data: addresses for fonts and styles.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      "/api": SERVER,
      "/ws": { target: SERVER, ws: true },
    },
  },
});
