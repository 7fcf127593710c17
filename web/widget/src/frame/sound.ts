/** Whether the visitor wants sounds. */

import { storage } from "./storage.ts";

const KEY = "parlance-widget-muted";
const kept = storage("localStorage");

export function isMuted(): boolean {
  return kept.get(KEY) !== null;
}

export function mute(muted: boolean): void {
  kept.set(KEY, muted ? "1" : null);
}
