import { AccountError } from "@parlance/sdk/rest";
import { useToast } from "@parlance/ui";
import { useState } from "react";
import { useWords } from "../words/words.tsx";

export interface Saving {
  readonly busy: boolean;
  /** What was wrong, and with which field if that is known. */
  readonly error: { readonly field: string; readonly message: string } | undefined;
  /** Do it, and say that it is done or what was wrong. */
  readonly run: (work: () => Promise<unknown>) => void;
}

/** `quiet`: what follows says enough. */
export function useSaving({ quiet = false } = {}): Saving {
  const words = useWords();
  const show = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Saving["error"]>();
  const run = (work: () => Promise<unknown>): void => {
    setBusy(true);
    setError(undefined);
    work()
      .then(
        () => {
          if (!quiet) show({ text: words.saved });
        },
        (failure: unknown) => {
          const known = failure instanceof AccountError && failure.status !== 0;
          setError({ field: known ? (failure.field ?? "") : "", message: known ? failure.message : words.failed });
        },
      )
      .finally(() => {
        setBusy(false);
      });
  };
  return { busy, error, run };
}
