import type { Entry } from "@parlance/sdk";
import { useDeferredValue } from "react";

/**
 * Whether messages have been put before those of the last time: then the list keeps its place from the end. True for the
 * one rendering that brings them.
 */
export function usePrepended(entries: readonly Entry[]): boolean {
  const first = entries[0]?.message.id;
  const shown = useDeferredValue(first);
  return shown !== undefined && shown !== first && entries.some(({ message }) => message.id === shown);
}
