import { defaultClientConditions, defineConfig } from "vite";

/** The frame that other sites embed. Its addresses are fixed: the page that loads them is made by the edge. */
export default defineConfig({
  base: "/widget/",
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    target: ["chrome123", "firefox120", "safari17.5"],
    outDir: "../dist/widget",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: false,
    rolldownOptions: {
      input: { frame: "src/frame/main.tsx", page: "src/page.css" },
      output: {
        entryFileNames: "[name].js",
        assetFileNames: ({ names }) => (names.some((name) => /^(frame|main|page)\.css$/.test(name)) ? "[name].css" : "assets/[name]-[hash][extname]"),
        chunkFileNames: "assets/[name]-[hash].js",
      },
    },
  },
});
