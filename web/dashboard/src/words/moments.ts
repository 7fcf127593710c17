/** Times as people say them. */

const MINUTE = 60_000;
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];

/** How long something has lasted: "42 min", "3 hr". */
export function lasted(since: string, now = Date.now()): string {
  const past = Math.max(0, now - Date.parse(since));
  const [unit, size] = UNITS.find(([, length]) => past >= length) ?? UNITS.at(-1)!;
  return new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "short" }).format(Math.floor(past / size));
}

/** Today the time, else the day. */
export function shortly(iso: string, now = new Date()): string {
  const moment = new Date(iso);
  const isToday = moment.toDateString() === now.toDateString();
  return moment.toLocaleString(undefined, isToday ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" });
}

export function fully(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
