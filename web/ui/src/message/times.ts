/** Moments as people say them, in the reader's zone. */

import type { UiText } from "../i18n/english.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(locale, options)));
  return made;
}

export function timeOf(moment: string, locale: string): string {
  return format(locale, "time", { hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
}

/** Date and time in full. */
export function momentOf(moment: string, locale: string): string {
  return format(locale, "moment", { dateStyle: "full", timeStyle: "short" }).format(new Date(moment));
}

export function dayOf(day: Date, locale: string, text: UiText, today = new Date()): string {
  const days = Math.round((startOf(today) - startOf(day)) / 86_400_000);
  if (days === 0) return text.today;
  if (days === 1) return text.yesterday;
  const year = day.getFullYear() === today.getFullYear() ? {} : { year: "numeric" as const };
  return format(locale, `day ${"year" in year}`, { weekday: "long", day: "numeric", month: "long", ...year }).format(day);
}

/** As short as a list has room for: a time today, a weekday this week, else a date. */
export function shortMomentOf(moment: string, locale: string, today = new Date()): string {
  const date = new Date(moment);
  const days = Math.round((startOf(today) - startOf(date)) / 86_400_000);
  if (days <= 0) return timeOf(moment, locale);
  if (days < 7) return format(locale, "weekday", { weekday: "short" }).format(date);
  return format(locale, "date", { day: "numeric", month: "short" }).format(date);
}

function startOf(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
