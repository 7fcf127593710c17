import type { Business } from "@parlance/sdk/rest";
import { Button, IconButton, Switch } from "@parlance/ui";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { Section } from "./section.tsx";
import styles from "./settings.module.css";
import { useSaving } from "./use-saving.ts";

type HoursOf = Business["hours"];
type Period = HoursOf["periods"][number];

const NINE = 9 * 60;
const FIVE = 17 * 60;
const MIDNIGHT = 24 * 60;

/** When somebody answers, on each day of the week. */
export function Hours() {
  const words = useWords();
  const { business, businesses } = useOpenBusiness();
  const saving = useSaving();
  const [hours, setHours] = useState<HoursOf>(business.hours);
  const [reply_within_minutes, setReplyWithin] = useState(business.reply_within_minutes);
  const setPeriods = (periods: readonly Period[]): void => {
    setHours({ ...hours, periods });
  };
  const begin = (limited: boolean): void => {
    const workdays = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: NINE, closes: FIVE }));
    setHours({ ...hours, limited, periods: limited && hours.periods.length === 0 ? workdays : hours.periods });
  };
  return (
    <Section saving={saving} onSave={async () => businesses.change(business, { hours, reply_within_minutes })}>
      <label className={styles["area"]}>
        <span>{words.timeZone}</span>
        <select value={hours.time_zone} onChange={({ target }) => { setHours({ ...hours, time_zone: target.value }); }}>
          {[...new Set([hours.time_zone, ...Intl.supportedValuesOf("timeZone")])].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
      <label className={styles["area"]}>
        <span>{words.replyWithin}</span>
        <input type="number" min={0} max={10_080} required value={reply_within_minutes} onChange={({ target }) => { setReplyWithin(target.valueAsNumber || 0); }} />
      </label>
      <Switch label={words.limited} checked={hours.limited} onChange={begin} />
      {hours.limited &&
        words.days.map((day, at) => {
          const weekday = at + 1;
          const periods = hours.periods.filter((period) => period.weekday === weekday);
          return (
            <div key={day} className={styles["day"]} role="group" aria-label={day}>
              <span>{day}</span>
              <div className={styles["rows"]}>
                {periods.length === 0 && <span className={styles["hint"]}>{words.closed}</span>}
                {periods.map((period, index) => (
                  <div key={index} className={styles["row"]}>
                    {(["opens", "closes"] as const).map((end) => (
                      <input
                        key={end}
                        type="time"
                        required
                        aria-label={end === "opens" ? words.from : words.to}
                        value={clock(period[end])}
                        onChange={({ target }) => {
                          const changed = { ...period, [end]: minutes(target.value, end) };
                          setPeriods(hours.periods.map((each) => (each === period ? changed : each)));
                        }}
                      />
                    ))}
                    <IconButton label={`${words.remove}: ${day}`} onClick={() => { setPeriods(hours.periods.filter((each) => each !== period)); }}>
                      <Trash2 size={16} strokeWidth={1.5} />
                    </IconButton>
                  </div>
                ))}
              </div>
              <Button size="small" variant="quiet" aria-label={`${words.add}: ${day}`} onClick={() => { setPeriods([...hours.periods, { weekday, opens: NINE, closes: FIVE }]); }}>
                <Plus size={14} strokeWidth={1.5} />
              </Button>
            </div>
          );
        })}
    </Section>
  );
}

/** Midnight at the end of a day is written as its beginning. */
function clock(minute: number): string {
  const within = minute % MIDNIGHT;
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
}

function minutes(text: string, end: "opens" | "closes"): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  const since = hour * 60 + minute;
  return end === "closes" && since === 0 ? MIDNIGHT : since;
}
