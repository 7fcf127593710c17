/* Keeps the shell: a page opens from here when there is no network. What people say is never kept here. */

const SHELL = "parlance-shell";
/** Every address of the chat is the same page. */
const PAGE = "/";
const IS_PAGE = /^\/($|login$|register$|rooms($|\/)|invites\/)/;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fetch(PAGE).then(keep));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (request.mode === "navigate" && IS_PAGE.test(url.pathname)) event.respondWith(page(event));
});

/** Hashed names never change what they stand for. */
async function asset(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await shell.put(request, answer.clone());
  return answer;
}

/** The newest page, or without a network the one that was seen last. */
async function page(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(keep(answer.clone()));
    if (answer.status < 500) return answer;
  } catch {
    // no network
  }
  return (await caches.match(PAGE)) ?? Response.error();
}

/** Keeps a page with what it needs at once. When it is a new one, the assets of the one before go. */
async function keep(answer) {
  const shell = await caches.open(SHELL);
  const html = await answer.clone().text();
  const before = await shell.match(PAGE);
  if (before && (await before.text()) === html) return;
  for (const request of await shell.keys()) await shell.delete(request);
  await shell.addAll(html.match(/\/assets\/[^"]+/g) ?? []);
  await shell.put(PAGE, answer);
}
