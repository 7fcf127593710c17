const BETWEEN_RELOADS_MS = 10_000;
const RELOADED_AT = "parlance-reloaded-at";

/** The service worker keeps the shell, so that the page opens without a network. Development goes without it. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD) return;
  if ("serviceWorker" in navigator) addEventListener("load", () => void navigator.serviceWorker.register("/sw.js"));
  // A part of the page that is loaded later can be gone when the server has been updated: the new page has its own.
  addEventListener("vite:preloadError", (event) => {
    if (Date.now() - Number(sessionStorage.getItem(RELOADED_AT)) < BETWEEN_RELOADS_MS || !navigator.onLine) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    location.reload();
  });
}
