/** Whether the server has a newer version of the page than the one that runs. */

import { useSyncExternalStore } from "react";
import { Listeners } from "@parlance/sdk";

const BETWEEN_LOOKS_MS = 10 * 60_000;

const listeners = new Listeners();
let isReady = false;
let lookedAt = Date.now();

/** A page is current as long as the server's page loads the same scripts. */
export function isCurrent(html: string, scripts: readonly string[]): boolean {
  return scripts.every((script) => html.includes(`"${script}"`));
}

async function look(): Promise<void> {
  if (isReady || document.visibilityState !== "visible" || Date.now() - lookedAt < BETWEEN_LOOKS_MS) return;
  lookedAt = Date.now();
  const answer = await fetch("/", { cache: "no-cache" });
  const scripts = [...document.querySelectorAll("head script[src]")].map((script) => script.getAttribute("src")!);
  if (!answer.ok || isCurrent(await answer.text(), scripts)) return;
  isReady = true;
  listeners.tell();
}

/** Looks now and then, when somebody is there to be told. */
export function watchForUpdates(): void {
  if (!import.meta.env.PROD) return;
  const lookAgain = (): void => {
    look().catch(() => undefined); // without a network there is nothing newer
  };
  document.addEventListener("visibilitychange", lookAgain);
  setInterval(lookAgain, BETWEEN_LOOKS_MS);
}

export function useUpdate(): boolean {
  return useSyncExternalStore(listeners.add, () => isReady);
}
