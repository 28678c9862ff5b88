/**
 * The one way to the server, typed by the committed schema.
 *
 * Every POST carries an Idempotency-Key of its intent: the same form sent again after a lost answer gets the same answer.
 */
import type { paths } from "../../../client/schema";
import { language } from "./language";
import { end, token } from "./session";

type Method = "get" | "post" | "put" | "delete";
export type At<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths];
type Json<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type Success<T> = T extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201>]> : never;
export type Answer<M extends Method, P extends At<M>> = Success<paths[P][M]>;
export type Values = Record<string, string | number | boolean | null | undefined>;

/** What the server said instead of yes: a stable `code`, words in the language of the asker. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The server was not reached, or gave no answer in time. */
export class Unreached extends Error {}

const TIMEOUT = 30_000;
/** What was sent and not yet answered: the same once more is the same intent. */
const underWay = new Map<string, string>();

/** Where the API stands: one step above the console, whatever path both are behind. */
const ROOT = new URL("..", document.baseURI).pathname.replace(/\/$/, "");

export function get<P extends At<"get">>(path: P, values: Values = {}): Promise<Answer<"get", P>> {
  return ask("GET", filled(path, values)).then((answer) => answer.json()) as Promise<Answer<"get", P>>;
}

/** Do something, once. */
export async function send(method: "POST" | "PUT" | "DELETE", path: string, values: Values, body?: unknown) {
  const url = filled(path, values);
  const intent = `${method} ${url} ${JSON.stringify(body ?? null)}`;
  const key = underWay.get(intent) ?? crypto.randomUUID();
  underWay.set(intent, key);
  try {
    const answer = await ask(method, url, body, key);
    underWay.delete(intent);
    return answer.status === 204 ? undefined : ((await answer.json()) as unknown);
  } catch (error) {
    if (error instanceof Refused && error.status < 500) underWay.delete(intent);
    throw error;
  }
}

/** A file that stands behind the log-in. */
export async function file(path: string, values: Values = {}): Promise<Blob> {
  return (await ask("GET", filled(path, values))).blob();
}

export function filled(path: string, values: Values): string {
  const left = { ...values };
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = left[name];
    delete left[name];
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(left)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  return query.size ? `${place}?${query}` : place;
}

async function ask(method: string, url: string, body?: unknown, key?: string): Promise<Response> {
  const held = token();
  let answer: Response;
  try {
    answer = await fetch(ROOT + url, {
      method,
      headers: {
        "Accept-Language": language(),
        ...(held ? { Authorization: `Bearer ${held}` } : {}),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch {
    throw new Unreached();
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401 && held) end();
  throw new Refused(answer.status, problem.code ?? "unknown", problem.detail ?? answer.statusText);
}
