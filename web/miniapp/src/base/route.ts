/** The pages of the app by name, and how one comes to them. */
import Taro, { useRouter } from "@tarojs/taro";
import { useState } from "react";
import { forget, keep, kept } from "./keep";
import { logOut } from "./session";

export type Place =
  | "lending/home"
  | "lending/sign"
  | "lending/loan"
  | "lending/repay"
  | "lending/payment"
  | "lending/line"
  | "lending/statement"
  | "onboarding/log-in"
  | "onboarding/face"
  | "onboarding/rights"
  | "onboarding/apply"
  | "onboarding/me"
  | "onboarding/permissions"
  | "onboarding/messages"
  | "credit/result"
  | "postloan/help"
  | "postloan/contacts"
  | "lending/contracts";

export type Params = Record<string, string | undefined>;

export function go(place: Place, params: Params = {}): void {
  void Taro.navigateTo({ url: address(place, params) });
}

/** Go on without a way back to this page: a step that is done. */
export function goOn(place: Place, params: Params = {}): void {
  void Taro.redirectTo({ url: address(place, params) });
}

/** One of the pages at the bottom of the screen. */
export function goTop(place: Place): void {
  void Taro.reLaunch({ url: address(place, {}) });
}

export function back(): void {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
  else goTop("lending/home");
}

/** The session ended: log in, and come back here. */
export function goLogIn(): void {
  logOut();
  if (keepPlace("after-log-in", "onboarding/log-in")) void Taro.reLaunch({ url: address("onboarding/log-in", {}) });
}

/** The face is to be checked first: do it, and come back here. */
export function goFace(): void {
  if (keepPlace("after-face", "onboarding/face")) void Taro.navigateTo({ url: address("onboarding/face", {}) });
}

/** Rather by a fresh log-in than by a face: nobody has to show theirs (R-ID-03). */
export function goProveByPhone(): void {
  const url = kept<string>("after-face");
  if (url) keep("after-log-in", url);
  forget("after-face");
  logOut();
  void Taro.reLaunch({ url: address("onboarding/log-in", {}) });
}

/** Where one was when something else had to be done first. */
export function goBackTo(name: "after-log-in" | "after-face"): void {
  const url = kept<string>(name) ?? address("lending/home", {});
  forget(name);
  void Taro.reLaunch({ url });
}

function keepPlace(name: string, unless: Place): boolean {
  const here = Taro.getCurrentInstance().router;
  const path = here?.path.replace(/^\//, "").split("?")[0];
  if (!path || path === unless) return false;
  const params = Object.entries(here?.params ?? {}).filter(([one]) => !["stamp", "$taroTimestamp"].includes(one));
  keep(name, address(path as Place, Object.fromEntries(params) as Params));
  return true;
}

/** What this page was opened with; it does not change while the page lives. */
export function useParams(): Params {
  const { params } = useRouter();
  const [mine] = useState(() => ({ ...params }) as Params);
  return mine;
}

function address(place: Place, params: Params): string {
  const said = Object.entries(params).filter(([, value]) => value !== undefined);
  const query = said.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  return `/${place}${query ? `?${query}` : ""}`;
}
