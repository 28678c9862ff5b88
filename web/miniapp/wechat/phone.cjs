/**
 * A stand-in for WeChat, as far as a mini-program can tell: it loads what was built for WeChat, keeps its pages on a
 * stack, applies what they set, and passes on taps and typing. What is drawn is the tree that the templates would draw.
 * Not tried by it: WeChat's own look, its review, real cameras, real payment sheets.
 */
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const PATIENCE = 30_000;

class Phone {
  /** Requests go to `api`, whatever host was built in; `login` gives the code that `wx.login` would. */
  constructor(dist, api, login) {
    this.dist = path.resolve(dist);
    this.api = api;
    this.login = login;
    this.stack = [];
    this.kept = new Map();
    this.title = "";
    this.requested = [];
    this.loaded = new Map();
    this.scope = this.#scope();
    this.app = undefined;
  }

  /** Start the app at its first page. */
  async start() {
    this.config = JSON.parse(fs.readFileSync(path.join(this.dist, "app.json"), "utf8"));
    this.#load(path.join(this.dist, "app.js"));
    this.app.onLaunch?.call(this.app, { path: this.config.pages[0], query: {}, scene: 1001 });
    this.app.onShow?.call(this.app, { path: this.config.pages[0], query: {}, scene: 1001 });
    await this.#open(`/${this.config.pages[0]}`);
  }

  page() {
    return this.stack[this.stack.length - 1];
  }

  /** All that stands on the page. */
  text() {
    const words = [];
    const walk = (node) => {
      if (typeof node.v === "string") words.push(node.v);
      for (const child of node.cn ?? []) walk(child);
    };
    for (const child of this.page()?.data.root?.cn ?? []) walk(child);
    return words.join("");
  }

  async sees(text) {
    await this.#until(
      () => this.text().includes(text),
      () => `“${text}” is not on the page: ${this.text()}`,
    );
  }

  /** Tap what says this. */
  async tap(text) {
    const node = await this.#find((one) => this.#isTapped(one) && this.#said(one) === text, text);
    this.#send(node, "tap", {});
  }

  /** Type into the field under this label. */
  async type(label, text) {
    const field = await this.#find(
      (one) => (one.cn ?? []).some((child) => this.#said(child) === label) && this.#input(one),
      label,
    );
    this.#send(this.#input(field), "input", { value: text, cursor: text.length });
  }

  /** WeChat asks whether the phone number may be told, and the person says yes. */
  async allowsPhoneNumber(text, code) {
    const node = await this.#find((one) => this.#isTapped(one) && this.#said(one) === text, text);
    this.#send(node, "getphonenumber", { errMsg: "getPhoneNumber:ok", code: await code() });
  }

  async tick(text) {
    const box = await this.#find((one) => this.#said(one).startsWith(text) && this.#input(one), text, {
      smallest: true,
    });
    this.#send(this.#input(box), "change", { value: [true] });
    this.#send(this.#input(box), "tap", {});
  }

  async #find(fits, name) {
    let found;
    await this.#until(
      () => {
        found = undefined;
        const walk = (node) => {
          if (fits(node)) found = node; // the innermost that fits
          for (const child of node.cn ?? []) walk(child);
        };
        for (const child of this.page()?.data.root?.cn ?? []) walk(child);
        return found !== undefined;
      },
      () => `there is no “${name}”: ${this.text()}`,
    );
    return found;
  }

  #isTapped(node) {
    return /\b(button|choice|tab|card-tap|bar-back)\b/.test(node.cl ?? "") && node.p3 !== true;
  }

  #said(node) {
    if (typeof node.v === "string") return node.v;
    return (node.cn ?? []).map((child) => this.#said(child)).join("");
  }

  #input(node) {
    if (/\b(input|tick-box)\b/.test(node.cl ?? "")) return node;
    for (const child of node.cn ?? []) {
      const found = this.#input(child);
      if (found) return found;
    }
    return undefined;
  }

  #send(node, type, detail) {
    const target = { id: node.uid || node.sid, dataset: { sid: node.sid } };
    this.page().eh({ type, timeStamp: Date.now(), target, currentTarget: target, mark: {}, detail, bubbles: true });
  }

  async #until(done, why) {
    const deadline = Date.now() + PATIENCE;
    while (!done()) {
      if (Date.now() > deadline) throw new Error(why());
      await new Promise((go) => setTimeout(go, 30));
    }
  }

  async #open(url, { instead = false, alone = false } = {}) {
    const [place, query = ""] = url.replace(/^\//, "").split("?");
    if (!this.config.pages.includes(place)) throw new Error(`there is no page ${place}`);
    const options = Object.fromEntries(
      query
        .split("&")
        .filter(Boolean)
        .map((pair) => pair.split("=").map(decodeURIComponent)),
    );
    for (const gone of alone ? this.stack.splice(0) : instead ? this.stack.splice(-1) : []) gone.onUnload?.call(gone);
    this.page()?.onHide?.call(this.page());
    this.#load(path.join(this.dist, `${place}.js`));
    const page = Object.assign(Object.create(this.pages.get(place)), {
      route: place,
      __route__: place,
      options,
      data: { root: { cn: [] } },
    });
    page.setData = (patch, then) => {
      for (const [where, value] of Object.entries(patch)) put(page.data, where, value);
      setTimeout(() => then?.call(page), 0);
    };
    page.getPageId = () => `${place}-${this.stack.length}`;
    this.stack.push(page);
    page.onLoad?.call(page, options);
    page.onShow?.call(page);
    page.onReady?.call(page);
  }

  #load(file) {
    const known = this.loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    this.loaded.set(file, module);
    const previous = this.place;
    this.place = path.relative(this.dist, file).replace(/\.js$/, "");
    const requires = (name) => this.#load(path.resolve(path.dirname(file), name.endsWith(".js") ? name : `${name}.js`));
    const names = Object.keys(this.scope);
    const code = `(function (module, exports, require, ${names.join(", ")}) {${fs.readFileSync(file, "utf8")}\n})`;
    vm.runInThisContext(code, { filename: file })(
      module,
      module.exports,
      requires,
      ...names.map((name) => this.scope[name]),
    );
    this.place = previous;
    return module.exports;
  }

  #scope() {
    this.pages = new Map();
    const scope = {
      wx: this.#wx(),
      App: (config) => {
        this.app = config;
      },
      Page: (config) => {
        this.pages.set(this.place, config);
      },
      Component: () => undefined,
      getApp: () => this.app,
      getCurrentPages: () => [...this.stack],
      window: undefined,
      document: undefined,
      navigator: undefined,
      location: undefined,
      fetch: undefined, // WeChat has none
    };
    return scope;
  }

  #wx() {
    const call =
      (name, act) =>
      (option = {}) => {
        const answer = Promise.resolve().then(() => act(option));
        answer.then(
          (found) => {
            const said = { errMsg: `${name}:ok`, ...found };
            option.success?.(said);
            option.complete?.(said);
          },
          (error) => {
            const said = { errMsg: `${name}:fail ${error?.errMsg ?? error}` };
            option.fail?.(said);
            option.complete?.(said);
          },
        );
        return {
          abort: () => undefined,
          onProgressUpdate: () => undefined,
          onHeadersReceived: () => undefined,
          offHeadersReceived: () => undefined,
        };
      };
    const system = {
      brand: "devtools",
      model: "iPhone 15",
      platform: "devtools",
      system: "iOS 17",
      SDKVersion: "3.5.0",
      windowWidth: 390,
      windowHeight: 844,
      pixelRatio: 3,
      language: "zh_CN",
      theme: "light",
    };
    return {
      canIUse: () => true,
      getSystemInfoSync: () => system,
      getSystemInfo: call("getSystemInfo", () => system),
      getWindowInfo: () => system,
      getDeviceInfo: () => system,
      getAppBaseInfo: () => system,
      getAccountInfoSync: () => ({ miniProgram: { appId: "touristappid" } }),
      getLaunchOptionsSync: () => ({ path: "", query: {} }),
      getEnterOptionsSync: () => ({ path: "", query: {} }),
      getStorageSync: (name) => this.kept.get(name) ?? "",
      setStorageSync: (name, value) => this.kept.set(name, structuredClone(value)),
      removeStorageSync: (name) => this.kept.delete(name),
      getNetworkType: call("getNetworkType", () => ({ networkType: "wifi" })),
      onNetworkStatusChange: () => undefined,
      offNetworkStatusChange: () => undefined,
      onAppShow: () => undefined,
      onAppHide: () => undefined,
      offAppShow: () => undefined,
      offAppHide: () => undefined,
      setNavigationBarTitle: call("setNavigationBarTitle", ({ title }) => {
        this.title = title;
      }),
      login: call("login", async () => ({ code: await this.login() })),
      navigateTo: call("navigateTo", ({ url }) => this.#open(url)),
      redirectTo: call("redirectTo", ({ url }) => this.#open(url, { instead: true })),
      reLaunch: call("reLaunch", ({ url }) => this.#open(url, { alone: true })),
      navigateBack: call("navigateBack", () => {
        const gone = this.stack.pop();
        gone?.onUnload?.call(gone);
        this.page()?.onShow?.call(this.page());
      }),
      nextTick: (then) => setTimeout(then, 0),
      request: call("request", async (option) => {
        this.requested.push(`${option.method ?? "GET"} ${option.url}`);
        const answer = await globalThis.fetch(this.api + new URL(option.url).pathname + new URL(option.url).search, {
          method: option.method,
          headers: option.header,
          body: option.data,
        });
        if (option.responseType === "arraybuffer")
          return { statusCode: answer.status, data: await answer.arrayBuffer(), header: {} };
        const text = await answer.text();
        let data = text;
        try {
          data = JSON.parse(text);
        } catch {
          // no JSON: WeChat gives the text
        }
        return { statusCode: answer.status, data, header: {} };
      }),
    };
  }
}

/** Set `root.cn.[0].v` and the like. */
function put(data, where, value) {
  const steps = where
    .replace(/\[(\d+)\]/g, "$1")
    .split(".")
    .filter(Boolean);
  let at = data;
  for (const step of steps.slice(0, -1)) {
    at[step] ??= {};
    at = at[step];
  }
  at[steps[steps.length - 1]] = value;
}

module.exports = { Phone };
