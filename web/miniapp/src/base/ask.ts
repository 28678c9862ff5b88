/** Questions and deeds of a page, as hooks: what is known, what went wrong, whether it is under way. */
import Taro, { useDidShow } from "@tarojs/taro";
import { useCallback, useEffect, useRef, useState } from "react";
import { Refused, Unreached } from "./api";
import { goLogIn } from "./route";

export interface Asked<T> {
  data: T | undefined;
  error: Error | undefined;
  again: () => Promise<void>;
}

/** Ask when the page is shown, and again whenever it comes back; old data stays on screen meanwhile. */
export function useAsk<T>(question: () => Promise<T>, deps: unknown[] = []): Asked<T> {
  const [data, setData] = useState<T>();
  const [error, setError] = useState<Error>();
  const newest = useRef(0);
  const again = useCallback(async () => {
    const mine = ++newest.current;
    try {
      const found = await question();
      if (mine !== newest.current) return;
      setData(() => found);
      setError(undefined);
    } catch (caught) {
      if (mine === newest.current) setError(noted(caught));
    }
    // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what the question depends on
  }, deps);
  const shown = useRef(false);
  useDidShow(() => {
    if (shown.current) void again();
    shown.current = true;
  });
  useEffect(() => {
    void again();
  }, [again]);
  return { data, error, again };
}

/** Look again every `seconds` until it is done. */
export function useWatch(again: () => Promise<void>, watching: boolean, seconds = 1): void {
  useEffect(() => {
    if (!watching) return;
    const timer = setInterval(() => void again(), seconds * 1000);
    return () => clearInterval(timer);
  }, [again, watching, seconds]);
}

export interface Doing<A extends unknown[]> {
  run: (...given: A) => Promise<void>;
  busy: boolean;
  error: Error | undefined;
  clear: () => void;
}

/** Something the person does: a second tap while it runs does nothing. */
export function useDo<A extends unknown[]>(deed: (...given: A) => Promise<void>): Doing<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const running = useRef(false);
  const run = async (...given: A) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await deed(...given);
    } catch (caught) {
      setError(noted(caught));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { run, busy, error, clear: () => setError(undefined) };
}

function noted(caught: unknown): Error {
  if (caught instanceof Refused && caught.code === "not_logged_in") goLogIn();
  if (caught instanceof Refused || caught instanceof Unreached) return caught;
  return caught instanceof Error ? caught : new Error(String(caught));
}

/** Whether the phone has a network; told as it changes. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(true);
  useEffect(() => {
    if (process.env.TARO_ENV === "h5") {
      const look = () => setOnline(navigator.onLine);
      look();
      window.addEventListener("online", look);
      window.addEventListener("offline", look);
      return () => {
        window.removeEventListener("online", look);
        window.removeEventListener("offline", look);
      };
    }
    const hear = (state: { isConnected: boolean }) => setOnline(state.isConnected);
    void Taro.getNetworkType().then((found) => setOnline(found.networkType !== "none"));
    Taro.onNetworkStatusChange(hear);
    return () => Taro.offNetworkStatusChange(hear);
  }, []);
  return online;
}
