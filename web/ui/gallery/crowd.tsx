import { Timeline } from "@parlance/sdk";
import { useEffect, useState } from "react";
import { MessageList } from "../src/index.ts";
import styles from "./gallery.module.css";
import { messageOf, PEOPLE } from "./samples.ts";
import { watch } from "./watch.ts";

const nothing = (): void => undefined;
const KNOWN = 10_000;
const TICK_MS = 10;

const WORDS = "the tide tables for next week are on the shelf beside the old charts and nobody has moved them since".split(" ");

function said(seq: number): string {
  const words = Array.from({ length: 3 + ((seq * 7) % 40) }, (_, index) => WORDS[(seq + index) % WORDS.length]!);
  return seq % 9 === 0 ? `**${words.join(" ")}** and \`code\`` : words.join(" ");
}

function spoken(seq: number) {
  return messageOf(seq, PEOPLE[Math.floor(seq / 3) % PEOPLE.length]!, said(seq), seq / 4);
}

declare global {
  interface Window {
    /** So many messages arrive in each second, until it is called with 0. */
    arrive: (perSecond: number) => void;
    watch: typeof watch;
  }
}

/** Ten thousand messages; `arrive(500)` lets more come. */
export function Crowd() {
  const [timeline] = useState(() => {
    const made = new Timeline();
    made.restart(Array.from({ length: KNOWN }, (_, index) => spoken(index + 1)));
    return made;
  });
  const [entries, setEntries] = useState(timeline.entries);
  useEffect(() => {
    let timer: number | undefined;
    let next = KNOWN;
    window.arrive = (perSecond) => {
      clearInterval(timer);
      if (perSecond === 0) return;
      const began = performance.now();
      const from = next;
      let frame = 0;
      timer = window.setInterval(() => {
        const due = from + ((performance.now() - began) / 1000) * perSecond;
        while (next < due) timeline.show(spoken((next += 1)));
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          setEntries(timeline.entries);
        });
      }, TICK_MS);
    };
    window.watch = watch;
    return () => {
      clearInterval(timer);
    };
  }, [timeline]);
  return (
    <main className={styles["room"]}>
      <MessageList entries={entries} complete loading={false} onLoadOlder={nothing} onAnchor={nothing} onSeen={nothing} />
    </main>
  );
}
