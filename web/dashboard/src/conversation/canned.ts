/** What is said often: found by its shortcut, and filled in. */

import type { Visitor } from "@parlance/sdk";
import type { CannedReply } from "@parlance/sdk/rest";

const MOST_OFFERED = 6;
const ASKED = /^\/(\S*)$/;

/** The replies that "/…" may stand for; those whose shortcut begins so come first. */
export function matching(replies: readonly CannedReply[], draft: string): readonly CannedReply[] {
  const wanted = ASKED.exec(draft)?.[1]?.toLowerCase();
  if (wanted === undefined) return [];
  const begins = ({ shortcut }: CannedReply): boolean => shortcut.toLowerCase().startsWith(wanted);
  const holds = ({ shortcut, text }: CannedReply): boolean => `${shortcut} ${text}`.toLowerCase().includes(wanted);
  return [...replies.filter(begins), ...replies.filter((reply) => !begins(reply) && holds(reply))].slice(0, MOST_OFFERED);
}

interface About {
  readonly visitor: Pick<Visitor, "name" | "email">;
  readonly agent: string;
  readonly business: string;
}

export function filledIn(text: string, { visitor, agent, business }: About): string {
  const values: Readonly<Record<string, string>> = {
    "visitor.name": visitor.name,
    "visitor.email": visitor.email,
    "agent.name": agent,
    "business.name": business,
  };
  return text.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) => values[name] ?? whole);
}
