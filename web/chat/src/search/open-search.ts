/** Opens the search of the room that is shown, from wherever it is asked for. */

export const OPEN_SEARCH = "parlance-open-search";

export function openSearch(): void {
  dispatchEvent(new Event(OPEN_SEARCH));
}
