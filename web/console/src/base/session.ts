/** Who is logged in, in this tab and no other, until it is closed or the server says no. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

export function token(): string | null {
  return sessionStorage.getItem("xindai.token");
}

export function begin(next: string): void {
  sessionStorage.setItem("xindai.token", next);
  tell();
}

export function end(): void {
  sessionStorage.removeItem("xindai.token");
  tell();
}

export function useToken(): string | null {
  return useSyncExternalStore((one) => {
    listeners.add(one);
    return () => listeners.delete(one);
  }, token);
}

function tell(): void {
  for (const one of listeners) one();
}
