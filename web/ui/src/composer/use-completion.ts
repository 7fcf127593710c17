import { useEffect, useState } from "react";
import type { Emoji } from "../emoji/emoji.ts";
import { matching, wantedAt, type Wanted } from "./completion.ts";

const OFFERED = 7;

export interface Option {
  /** What is put into the text. */
  readonly value: string;
  readonly label: string;
}

export interface Completion {
  readonly wanted: Wanted;
  readonly options: readonly Option[];
}

/** What to offer at the caret. The names of emoji are loaded when the first is typed. */
export function useCompletion(text: string, caret: number, names: readonly string[]): Completion | undefined {
  const wanted = wantedAt(text, caret);
  const [findEmoji, setFindEmoji] = useState<(query: string) => readonly Emoji[]>();
  const needsEmoji = wanted?.kind === "emoji";
  useEffect(() => {
    if (needsEmoji) void import("../emoji/emoji.ts").then((emoji) => { setFindEmoji(() => emoji.findEmoji); });
  }, [needsEmoji]);
  if (!wanted) return undefined;
  const options =
    wanted.kind === "person"
      ? matching(names, wanted.query).map((name) => ({ value: `@${name}`, label: name }))
      : (findEmoji?.(wanted.query) ?? []).map(({ char, name }) => ({ value: char, label: `${char} ${name.split(" ")[0]!}` }));
  return options.length > 0 ? { wanted, options: options.slice(0, OFFERED) } : undefined;
}
