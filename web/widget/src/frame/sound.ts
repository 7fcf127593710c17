/** Whether the visitor wants sounds. */

const KEY = "parlance-widget-muted";

export function isMuted(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function mute(muted: boolean): void {
  try {
    if (muted) localStorage.setItem(KEY, "1");
    else localStorage.removeItem(KEY);
  } catch {
    // then it lasts until the page is left
  }
}
