/** Who is logged in on this phone. */
import { forget, keep, kept } from "./keep";

export function token(): string | undefined {
  return kept<string>("token");
}

export function logIn(fresh: string): void {
  keep("token", fresh);
}

export function logOut(): void {
  forget("token");
}

/** A number that this installation of the app made up for itself; a session is bound to it. */
export function deviceId(): string {
  const known = kept<string>("device");
  if (known) return known;
  const fresh = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join("");
  keep("device", fresh);
  return fresh;
}
