/** The words of the frame, in the visitor's language where there is a catalogue for it. */

import { english, type Text } from "./english.ts";
import { german } from "./german.ts";

const isGerman = navigator.language.startsWith("de");
export const text: Text = isGerman ? german : english;
/** Of the words, and so of the times among them. */
export const locale = isGerman || navigator.language.startsWith("en") ? navigator.language : "en-GB";

/** "at 09:00" today, "on Monday at 09:00" within a week, else with the date. */
export function momentOf(iso: string, now = new Date()): string {
  return new Date(iso).toLocaleString(locale, { ...dayParts(iso, now), hour: "2-digit", minute: "2-digit" });
}

/** The day alone; nothing for today. */
export function dayOf(iso: string, now = new Date()): string {
  const parts = dayParts(iso, now);
  return Object.keys(parts).length > 0 ? new Date(iso).toLocaleDateString(locale, parts) : "";
}

function dayParts(iso: string, now: Date): Intl.DateTimeFormatOptions {
  const moment = new Date(iso);
  const days = (moment.getTime() - now.getTime()) / 86_400_000;
  if (moment.toDateString() === now.toDateString()) return {};
  return days < 6 ? { weekday: "long" } : { day: "numeric", month: "long" };
}

export function timeOf(iso: string): string {
  return new Date(iso).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}
