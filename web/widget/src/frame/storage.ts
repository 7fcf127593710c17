/** What a browser keeps for us. Where it keeps nothing, or refuses to here, it lasts as long as the page. */

export interface Kept {
  /** Whether other tabs have it too. */
  readonly isShared: boolean;
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

export function storage(name: "localStorage" | "sessionStorage"): Kept {
  try {
    const browsers = window[name];
    browsers.setItem("parlance", "");
    browsers.removeItem("parlance");
    return {
      isShared: name === "localStorage",
      get: (key) => browsers.getItem(key),
      set: (key, value) => {
        if (value === null) browsers.removeItem(key);
        else browsers.setItem(key, value);
      },
    };
  } catch {
    const kept = new Map<string, string | null>();
    return { isShared: false, get: (key) => kept.get(key) ?? null, set: (key, value) => void kept.set(key, value) };
  }
}
