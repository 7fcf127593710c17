import { AccountError, Refused } from "@parlance/sdk";
import { useState } from "react";

interface Task {
  /** Do something; while it is under way it is not begun again. */
  readonly run: (work: () => Promise<void>) => void;
  readonly busy: boolean;
  /** Why it failed, for people. */
  readonly error: string | undefined;
}

/** Something that a form does with the server. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = (work: () => Promise<void>): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    work()
      .catch((failure: unknown) => {
        if (!(failure instanceof AccountError || failure instanceof Refused)) throw failure;
        setError(failure.message);
      })
      .finally(() => {
        setBusy(false);
      });
  };
  return { run, busy, error };
}
