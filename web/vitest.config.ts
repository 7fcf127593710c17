import { defaultClientConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["*/test/**/*.test.ts"],
  },
  resolve: { conditions: ["source", ...defaultClientConditions] },
});
