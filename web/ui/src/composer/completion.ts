/** What is being completed in a text, and what the text becomes. */

export interface Wanted {
  readonly kind: "person" | "emoji";
  readonly query: string;
  /** Where it begins in the text, its sign included. */
  readonly from: number;
}

const WANTED = /(?:^|[\s(])([@:])([\p{L}\p{N}_.+-]*(?: [\p{L}\p{N}_.-]*)?)$/u;
const MIN_EMOJI_LETTERS = 2;

/** What stands before the caret and may be completed. */
export function wantedAt(text: string, caret: number): Wanted | undefined {
  const found = WANTED.exec(text.slice(0, caret));
  if (!found) return undefined;
  const [, sign, query] = found as unknown as [string, string, string];
  const kind = sign === "@" ? "person" : "emoji";
  if (kind === "emoji" && (query.length < MIN_EMOJI_LETTERS || query.includes(" "))) return undefined;
  return { kind, query, from: caret - query.length - 1 };
}

/** The text with what was chosen, and where the caret then stands. */
export function complete(text: string, caret: number, { from }: Wanted, chosen: string): { text: string; caret: number } {
  const before = `${text.slice(0, from)}${chosen} `;
  return { text: before + text.slice(caret).trimStart(), caret: before.length };
}

/** The names that begin so, or a word of which does. */
export function matching(names: readonly string[], query: string): string[] {
  const wanted = query.toLocaleLowerCase();
  return names.filter((name) => {
    const low = name.toLocaleLowerCase();
    return low.startsWith(wanted) || low.split(/[\s._-]/).some((word) => word.startsWith(wanted));
  });
}
