import { AccountError, Refused } from "@parlance/sdk";
import { useToast } from "@parlance/ui";
import { useCallback } from "react";

/** Does something that has no form of its own. When the server refuses it, a toast says why. */
export function useAttempt(): (work: () => Promise<void>) => void {
  const show = useToast();
  return useCallback(
    (work) => {
      work().catch((failure: unknown) => {
        if (!(failure instanceof AccountError || failure instanceof Refused)) throw failure;
        show({ text: failure.message });
      });
    },
    [show],
  );
}
