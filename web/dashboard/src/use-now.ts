import { useEffect, useState } from "react";

const TICK_MILLISECONDS = 20_000;

/** The time, again and again: for what is said in minutes. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, TICK_MILLISECONDS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
