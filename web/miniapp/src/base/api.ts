/**
 * The one way to the server: typed by the committed schema, patient with slow networks, never sending money twice.
 *
 * Every POST carries an Idempotency-Key. A key belongs to an intent ("repay this loan"), is kept on the phone until the
 * server has answered, and is used again when the answer was lost: the server then gives the same answer.
 */
import Taro from "@tarojs/taro";
import type { paths } from "../../../client/schema";
import { forget, keep, kept } from "./keep";
import { deviceId, token } from "./session";

type Method = "get" | "post" | "put" | "delete";
type At<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths];
type Json<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type Success<T> = T extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 204>]> : never;
export type Answer<M extends Method, P extends At<M>> = Success<paths[P][M]>;
export type Sent<M extends Method, P extends At<M>> = paths[P][M] extends { requestBody?: infer B }
  ? Json<NonNullable<B>>
  : undefined;
type Values = Record<string, string | number | boolean | undefined>;

/** What the server said instead of yes: a stable `code`, words to show in the person's language. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

/** The server was not reached: no network, or no answer in time. */
export class Unreached extends Error {
  constructor(readonly timedOut: boolean) {
    super("unreached");
  }
}

const TIMEOUT = 20_000;
const TRIES = 3;
const PAUSE = 600;
/** After so long the same tap means something new: next month's instalment is not last month's. */
const SAME_INTENT = 10 * 60_000;
const UNDER_WAY = "idempotency_in_progress";

export function get<P extends At<"get">>(path: P, values: Values = {}): Promise<Answer<"get", P>> {
  return ask("GET", filled(path, values)) as Promise<Answer<"get", P>>;
}

export function put<P extends At<"put">>(path: P, body: Sent<"put", P> | undefined): Promise<Answer<"put", P>> {
  return ask("PUT", filled(path, {}), body) as Promise<Answer<"put", P>>;
}

export function remove<P extends At<"delete">>(path: P, values: Values = {}): Promise<Answer<"delete", P>> {
  return ask("DELETE", filled(path, values)) as Promise<Answer<"delete", P>>;
}

/** Do something once. The same intent with the same body, tried again after a lost answer, is still done once. */
export async function post<P extends At<"post">>(
  path: P,
  body: Sent<"post", P> | undefined,
  values: Values = {},
): Promise<Answer<"post", P>> {
  const url = filled(path, values);
  const intent = `key.${digest(`${url}|${JSON.stringify(body ?? null)}`)}`;
  const before = kept<{ key: string; at: number }>(intent);
  const key = before && Date.now() - before.at < SAME_INTENT ? before.key : newKey();
  keep(intent, { key, at: Date.now() });
  try {
    const answer = await ask("POST", url, body, key);
    forget(intent);
    return answer as Answer<"post", P>;
  } catch (error) {
    if (error instanceof Refused && error.status < 500 && error.code !== UNDER_WAY) forget(intent);
    throw error;
  }
}

/** A file that stands behind the log-in: its bytes. */
export async function bytes(url: string): Promise<ArrayBuffer> {
  return (await ask("GET", url, undefined, undefined, "arraybuffer")) as ArrayBuffer;
}

/** Send a picture as a form; the key is the picture's, so that a lost answer does not store it twice. */
export async function sendPicture(file: string, kind: string): Promise<Answer<"post", "/v1/documents">> {
  const key = newKey();
  for (let tried = 1; ; tried += 1) {
    try {
      const answer = await Taro.uploadFile({
        url: `${origin()}/v1/documents`,
        filePath: file,
        name: "file",
        fileName: "picture.jpg",
        formData: { kind },
        header: headers(key),
        timeout: 60_000,
      });
      return read(answer.statusCode, JSON.parse(answer.data)) as Answer<"post", "/v1/documents">;
    } catch (error) {
      if (error instanceof Refused || tried === TRIES) throw error instanceof Refused ? error : new Unreached(false);
      await pause(PAUSE * tried);
    }
  }
}

async function ask(
  method: "GET" | "POST" | "PUT" | "DELETE",
  url: string,
  body?: unknown,
  key?: string,
  responseType: "text" | "arraybuffer" = "text",
): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    try {
      const answer = await Taro.request({
        url: origin() + url,
        method,
        data: body === undefined ? undefined : JSON.stringify(body),
        header: { ...headers(key), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        timeout: TIMEOUT,
        responseType,
        dataType: responseType === "text" ? "json" : "other",
      });
      if (answer.statusCode === 503 && tried < TRIES) throw new Unreached(false);
      return read(answer.statusCode, answer.data);
    } catch (error) {
      if (error instanceof Refused && (error.code !== UNDER_WAY || tried === TRIES)) throw error;
      const why = error instanceof Unreached ? error : new Unreached(/time/i.test(said(error)));
      if (tried === TRIES) throw why;
      await pause(PAUSE * tried);
    }
  }
}

function read(status: number, data: unknown): unknown {
  if (status < 400) return data;
  const problem = (data && typeof data === "object" && "code" in data ? data : {}) as Record<string, string | null>;
  throw new Refused(status, problem.code ?? "unknown", problem.detail ?? "", problem.field ?? null);
}

function headers(key?: string): Record<string, string> {
  const held = token();
  return {
    Accept: "application/json",
    "Accept-Language": kept<string>("language") ?? "zh",
    "X-Device-Id": deviceId(),
    ...(held ? { Authorization: `Bearer ${held}` } : {}),
    ...(key ? { "Idempotency-Key": key } : {}),
  };
}

function filled(path: string, values: Values): string {
  const left = { ...values };
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = left[name];
    delete left[name];
    return encodeURIComponent(String(value));
  });
  const query = Object.entries(left)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return query.length ? `${place}?${query.join("&")}` : place;
}

/** Where the API is: beside the page in a browser, a named host in the mini-program. */
function origin(): string {
  return process.env.TARO_ENV === "h5" ? location.pathname.replace(/\/[^/]*$/, "") : process.env.API_ORIGIN || "";
}

export function newKey(): string {
  const part = () =>
    Math.floor(Math.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, "0");
  return `${Date.now().toString(16)}-${part()}${part()}`;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
  });
}

/** 53 bits of a text, so that no personal data stands in the name of what is kept. */
function digest(text: string): string {
  let [left, right] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    left = Math.imul(left ^ code, 2654435761);
    right = Math.imul(right ^ code, 1597334677);
  }
  left = Math.imul(left ^ (left >>> 16), 2246822507) ^ Math.imul(right ^ (right >>> 13), 3266489909);
  right = Math.imul(right ^ (right >>> 16), 2246822507) ^ Math.imul(left ^ (left >>> 13), 3266489909);
  return (4294967296 * (2097151 & right) + (left >>> 0)).toString(36);
}

function said(error: unknown): string {
  return typeof error === "object" && error && "errMsg" in error ? String(error.errMsg) : String(error);
}
