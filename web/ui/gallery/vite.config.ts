import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

/** `npx vite ui/gallery` to look at it, `npx vite build ui/gallery` for tests/e2e/gallery.py. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: { target: "es2023" },
});
