import { defineConfig } from "vite";

/** The one script that stands on other sites: small, without modules, at an address that stays. */
export default defineConfig({
  build: {
    target: ["chrome111", "firefox114", "safari16.4"],
    outDir: "../dist",
    emptyOutDir: false,
    lib: { entry: "src/loader/main.ts", formats: ["iife"], name: "parlanceWidget", fileName: () => "widget.js" },
  },
});
