import Taro from "@tarojs/taro";
import type { Sign } from "./signs";

const EMULATED = /emulator|simulator|generic|sdk_gphone|bluestacks|genymotion|mumu|nox|ldplayer/i;

/** WeChat's developer tools call themselves so; emulators by the names of their machines. */
export function signs(): Sign[] {
  const device = Taro.getDeviceInfo();
  const found: Sign[] = [];
  if (device.platform === "devtools") found.push("debugger");
  if (EMULATED.test(`${device.brand} ${device.model}`)) found.push("emulator");
  return found;
}
