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
  const here = Taro.getCurrentInstance().router;
  const path = here?.path.replace(/^\//, "").split("?")[0];
  if (!path || path === "onboarding/log-in") return;
  const params = Object.entries(here?.params ?? {}).filter(([name]) => !["stamp", "$taroTimestamp"].includes(name));
  keep("after-log-in", address(path as Place, Object.fromEntries(params) as Params));
  void Taro.reLaunch({ url: address("onboarding/log-in", {}) });
}

/** Where one was going before logging in. */
export function goWhereOneWas(): void {
  const url = kept<string>("after-log-in") ?? address("lending/home", {});
  forget("after-log-in");
  void Taro.reLaunch({ url });
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
