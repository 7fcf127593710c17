/* Keeps the shell: a page opens from here when there is no network. What people say is never kept here. */

const SHELL = "parlance-shell";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(fromShell(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

/** Hashed names never change what they stand for. */
async function fromShell(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await shell.put(request, answer.clone());
  return answer;
}

/** The newest page, or without a network the one that was seen last; every path of the chat is the same page. */
async function page(request) {
  const shell = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.headers.get("x-parlance-page") === "chat") await keep(shell, answer.clone());
    return answer;
  } catch {
    return (await shell.match("/")) ?? Response.error();
  }
}

/** With a new page the assets of the old one go. */
async function keep(shell, answer) {
  const before = await shell.match("/");
  const html = await answer.clone().text();
  if (before && (await before.text()) !== html) for (const request of await shell.keys()) await shell.delete(request);
  await shell.put("/", answer);
}
