/** What is kept on the phone between two openings of the app: small things, no personal data. */
import Taro from "@tarojs/taro";

const PREFIX = "xindai.";

export function kept<T>(name: string): T | undefined {
  const found: unknown = Taro.getStorageSync(PREFIX + name);
  return found === "" || found === null ? undefined : (found as T);
}

export function keep(name: string, value: unknown): void {
  Taro.setStorageSync(PREFIX + name, value);
}

export function forget(name: string): void {
  Taro.removeStorageSync(PREFIX + name);
}
