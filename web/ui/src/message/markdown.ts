/**
 * The part of Markdown that people use in messages: bold, italic, struck out, code, links, quotes, lists, mentions. What is
 * not understood stays as it was written. The result is a tree of plain values; no HTML comes in or goes out.
 */

export type Inline =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "mention"; readonly name: string }
  | { readonly type: "link"; readonly url: string; readonly children: readonly Inline[] }
  | { readonly type: "strong" | "em" | "del"; readonly children: readonly Inline[] };

export type Block =
  | { readonly type: "paragraph"; readonly children: readonly Inline[] }
  | { readonly type: "code"; readonly language: string; readonly text: string }
  | { readonly type: "quote"; readonly children: readonly Block[] }
  | { readonly type: "list"; readonly start: number | null; readonly items: readonly (readonly Inline[])[] };

const MAX_DEPTH = 6;
const FENCE = /^```\s*([\w+#.-]*)\s*$/;
const QUOTE = /^>\s?/;
const BULLET = /^\s{0,3}[-*]\s+(?=\S)/;
const NUMBER = /^\s{0,3}(\d{1,4})[.)]\s+(?=\S)/;

/** `names`: the people who can be mentioned. */
export function parse(text: string, names: readonly string[] = [], depth = 0): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let at = 0;
  const take = (matches: (line: string) => boolean): string[] => {
    const begin = at;
    while (at < lines.length && matches(lines[at]!)) at += 1;
    return lines.slice(begin, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const fence = FENCE.exec(line);
    if (fence) {
      at += 1;
      const code = take((inside) => inside.trimEnd() !== "```");
      at += 1;
      blocks.push({ type: "code", language: fence[1]!, text: code.join("\n") });
    } else if (QUOTE.test(line) && depth < MAX_DEPTH) {
      const quoted = take((inside) => QUOTE.test(inside)).map((inside) => inside.replace(QUOTE, ""));
      blocks.push({ type: "quote", children: parse(quoted.join("\n"), names, depth + 1) });
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      const mark = BULLET.test(line) ? BULLET : NUMBER;
      const items = take((inside) => mark.test(inside)).map((inside) => inline(inside.replace(mark, ""), names));
      blocks.push({ type: "list", start: mark === NUMBER ? Number(NUMBER.exec(line)![1]) : null, items });
    } else if (line.trim() === "") {
      at += 1;
    } else {
      const begin = at;
      at += 1;
      take((inside) => inside.trim() !== "" && ![FENCE, QUOTE, BULLET, NUMBER].some((mark) => mark.test(inside)));
      blocks.push({ type: "paragraph", children: inline(lines.slice(begin, at).join("\n"), names) });
    }
  }
  return blocks;
}

interface Rule {
  readonly pattern: RegExp;
  readonly make: (match: RegExpExecArray, within: (text: string) => Inline[]) => Inline | undefined;
}

const RULES: readonly Rule[] = [
  { pattern: /`([^`\n]+)`/y, make: ([, text]) => ({ type: "code", text: text! }) },
  { pattern: /\*\*(?=\S)((?:[^*]|\*(?!\*))*?\S)\*\*/y, make: ([, text], within) => ({ type: "strong", children: within(text!) }) },
  { pattern: /~~(?=\S)([^~]*\S)~~/y, make: ([, text], within) => ({ type: "del", children: within(text!) }) },
  { pattern: /(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*\S)_(?![\p{L}\p{N}_])/uy, make: ([, text], within) => ({ type: "em", children: within(text!) }) },
  { pattern: /\*(?=[^\s*])([^*\n]*[^\s*])\*/y, make: ([, text], within) => ({ type: "em", children: within(text!) }) },
  {
    pattern: /\[([^\]\n]+)\]\((https?:\/\/[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)/y,
    make: ([, text, url], within) => link(url!, within(text!)),
  },
  {
    pattern: /(?<![\p{L}\p{N}])https?:\/\/[^\s<>"`]*[^\s<>"`.,:;!?'*_~\])]/uy,
    make: ([url]) => link(url, [{ type: "text", text: url }]),
  },
];

/** Where one of the rules may begin. */
const BEGINS = /[`*~_[@h]/g;

export function inline(text: string, names: readonly string[] = [], depth = 0): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  let at = 0;
  const within = (inside: string): Inline[] =>
    depth < MAX_DEPTH ? inline(inside, names, depth + 1) : [{ type: "text", text: inside }];
  while (at < text.length) {
    BEGINS.lastIndex = at;
    const begin = BEGINS.exec(text);
    if (!begin) break;
    at = begin.index;
    const [part, length] = mention(text, at, names) ?? match(text, at, within) ?? [undefined, 1];
    if (part) {
      if (at > from) parts.push({ type: "text", text: text.slice(from, at) });
      parts.push(part);
      from = at + length;
    }
    at += length;
  }
  if (from < text.length) parts.push({ type: "text", text: text.slice(from) });
  return parts;
}

function match(text: string, at: number, within: (text: string) => Inline[]): [Inline, number] | undefined {
  for (const { pattern, make } of RULES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const part = found && make(found, within);
    if (part) return [part, found[0].length];
  }
  return undefined;
}

function mention(text: string, at: number, names: readonly string[]): [Inline, number] | undefined {
  if (text[at] !== "@" || /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return undefined;
  const rest = text.slice(at + 1).toLocaleLowerCase();
  let longest = "";
  for (const name of names) {
    const ends = !/^[\p{L}\p{N}]/u.test(rest.slice(name.length));
    if (name.length > longest.length && ends && rest.startsWith(name.toLocaleLowerCase())) longest = name;
  }
  return longest ? [{ type: "mention", name: longest }, longest.length + 1] : undefined;
}

function link(address: string, children: readonly Inline[]): Inline | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url && /^https?:$/.test(url.protocol) ? { type: "link", url: url.href, children } : undefined;
}

/** Whether somebody is mentioned. */
export function mentions(text: string, name: string): boolean {
  return name !== "" && text.includes("@") && hasMention(parse(text, [name]));
}

function hasMention(parts: readonly (Block | Inline)[]): boolean {
  return parts.some((part) => {
    if (part.type === "mention") return true;
    if ("items" in part) return part.items.some(hasMention);
    return "children" in part && hasMention(part.children);
  });
}
