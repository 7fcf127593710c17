import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**/dist/", "**/node_modules/"]),
  eslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["compressed.ts", "site.ts", "vitest.config.ts"] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "off", // beside the check that makes it true
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  {
    files: ["ui/**/*.{ts,tsx}", "chat/**/*.{ts,tsx}", "dashboard/**/*.{ts,tsx}"],
    extends: [reactHooks.configs.flat["recommended-latest"]],
  },
  {
    files: ["sizes.js"],
    languageOptions: { globals: { console: false, process: false } },
  },
  {
    files: ["chat/public/sw.js"],
    languageOptions: { globals: { self: false, caches: false, fetch: false, Response: false, URL: false } },
  },
  {
    files: ["sdk/src/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["window", "document", "self", "location", "localStorage", "sessionStorage", "process"].map((name) => ({
          name,
          message: "The SDK runs in pages, workers and Node alike.",
        })),
      ],
    },
  },
);
