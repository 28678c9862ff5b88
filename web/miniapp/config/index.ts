import { defineConfig } from "@tarojs/cli";

const FOR_WECHAT = process.env.TARO_ENV === "weapp";
const BASE = 16;

/** In WeChat a rem is a twentieth of the screen; here it is the size of a letter, so it is written out there. */
const letterSizes = {
  name: "letter-sizes",
  enforce: "pre" as const,
  transform(text: string, id: string) {
    if (!FOR_WECHAT || !/\.css($|\?)/.test(id)) return null;
    return { code: text.replace(/(\d*\.?\d+)rem\b/g, (_, count: string) => `${Number(count) * BASE}px`), map: null };
  },
};

export default defineConfig(() => ({
  projectName: "xindai-miniapp",
  date: "2026-11-26",
  designWidth: 375,
  deviceRatio: { 375: 2 },
  sourceRoot: "src",
  outputRoot: FOR_WECHAT ? "dist/weapp" : "../../src/xindai/_web/miniapp",
  framework: "react",
  compiler: { type: "vite", vitePlugins: [letterSizes] },
  plugins: ["@tarojs/plugin-html"],
  env: { API_ORIGIN: JSON.stringify(process.env.XINDAI_API_ORIGIN ?? "http://127.0.0.1:8000") },
  mini: { postcss: { pxtransform: { enable: false } } },
  h5: {
    publicPath: "./",
    router: { mode: "hash" },
    postcss: { pxtransform: { enable: true, config: { targetUnit: "px" } }, autoprefixer: { enable: true } },
  },
}));
