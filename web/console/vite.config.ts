import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Addresses of files are relative, so that the console stands behind any path; the API process serves it. */
export default defineConfig({
  base: "./",
  plugins: [react()],
  // The graph editor names a code editor for function nodes, which our graphs may not hold: a megabyte stays at home.
  resolve: { alias: { "monaco-editor": new URL("src/credit/no-code-editor.ts", import.meta.url).pathname } },
  build: {
    outDir: "../../src/xindai/_web/console",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
  },
});
