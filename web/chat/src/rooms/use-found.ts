import { useEffect, useState } from "react";

const PAUSE_MS = 150;

/** What was found for the newest query; undefined until the first answer. An older answer never replaces a newer one. */
export function useFound<T>(query: string, find: (query: string) => Promise<T>): T | undefined {
  const [found, setFound] = useState<T>();
  useEffect(() => {
    let current = true;
    const look = async (): Promise<void> => {
      const answer = await find(query);
      if (current) setFound(answer);
    };
    const timer = setTimeout(
      () => {
        look().catch(() => undefined); // what was found before stays; the connection line tells why
      },
      query ? PAUSE_MS : 0,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, find]);
  return found;
}
