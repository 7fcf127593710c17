/** Where whoever has logged in wants to go on, if that is not here: the dashboard sends people who must log in first. */
export function nextPage(): string | undefined {
  const next = new URLSearchParams(location.search).get("next") ?? undefined;
  return next !== undefined && /^\/dashboard(\/[^/\\]|$)/.test(next) ? next : undefined;
}
