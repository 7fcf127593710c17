import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests of components say `@vitest-environment happy-dom` in their first line.
    include: ["*/test/**/*.test.{ts,tsx}"],
  },
  // Workspaces read each other's sources, in tests with a document and in those without.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["source", ...defaultServerConditions] } },
});
