/** Do something, and say what went wrong: what the server refused, or that it was not reached. */
import { App } from "antd";
import { Refused } from "../base/api";
import { useWords, type Words } from "../words";

export function wrong(error: unknown, words: Words): string {
  return error instanceof Refused ? error.message : words.states.unreached;
}

export function useTelling(): (what: () => Promise<unknown>) => Promise<void> {
  const words = useWords();
  const { message } = App.useApp();
  return async (what) => {
    try {
      await what();
    } catch (error) {
      message.error(wrong(error, words));
    }
  };
}
