import Taro from "@tarojs/taro";

/** A mini-program cannot leave for any page: it goes to the clipboard, to be opened in a browser. */
export function openOutside(url: string): boolean {
  void Taro.setClipboardData({ data: url });
  return false;
}
