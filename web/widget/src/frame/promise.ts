/** When a visitor may expect an answer, by the opening hours and what the business promises, in the visitor's time. */

import type { PublicBusiness } from "@parlance/sdk/rest";
import { dayOf, momentOf, text, timeOf } from "../text/text.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

export type Presence = Pick<PublicBusiness, "open" | "opens_at" | "closes_at" | "reply_within_minutes">;

export function promiseOf({ open, opens_at, closes_at, reply_within_minutes: minutes }: Presence, now = new Date()): string {
  if (!open) {
    if (!opens_at) return text.away;
    return minutes ? text.answerAfter(timeOf(opens_at), dayOf(opens_at, now)) : `${text.away} · ${text.backAt(momentOf(opens_at, now))}`;
  }
  if (!minutes) return text.openNow;
  // Nobody is there any more when the time is up: it cannot be promised.
  if (closes_at && now.getTime() + minutes * 60_000 > Date.parse(closes_at)) return text.hereUntil(timeOf(closes_at));
  if (minutes >= DAY) return text.answerWithin(Math.ceil(minutes / DAY), "day");
  if (minutes >= 2 * HOUR || minutes === HOUR) return text.answerWithin(Math.ceil(minutes / HOUR), "hour");
  return text.answerWithin(minutes, "minute");
}
