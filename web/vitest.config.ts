import { defaultClientConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests of components say `@vitest-environment happy-dom` in their first line.
    include: ["*/test/**/*.test.{ts,tsx}"],
  },
  resolve: { conditions: ["source", ...defaultClientConditions] },
});
