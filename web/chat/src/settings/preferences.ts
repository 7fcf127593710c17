/** What a person prefers on this device. Tabs agree on it. */

import { Listeners } from "@parlance/sdk";
import type { Theme } from "@parlance/ui";
import { useSyncExternalStore } from "react";
import { preferredLanguage, type LanguageCode } from "../text/languages.ts";

export interface Preferences {
  readonly theme: Theme;
  readonly language: LanguageCode;
  readonly notifications: boolean;
}

const KEY = "parlance-preferences";

const listeners = new Listeners();
let current = read();

function read(): Preferences {
  const defaults: Preferences = { theme: "system", language: preferredLanguage(navigator.languages), notifications: false };
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return defaults;
  }
}

addEventListener("storage", ({ key }) => {
  if (key !== KEY) return;
  current = read();
  listeners.tell();
});

export function preferences(): Preferences {
  return current;
}

export function prefer(changes: Partial<Preferences>): void {
  current = { ...current, ...changes };
  localStorage.setItem(KEY, JSON.stringify(current));
  listeners.tell();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(listeners.add, preferences);
}
