/** What was looked for last, so that whoever comes back from a hit finds the others where they were. */

export interface Search {
  readonly query: string;
  readonly where: "here" | "everywhere";
}

let last: Search = { query: "", where: "here" };

export function lastSearch(): Search {
  return last;
}

export function keepSearch(search: Search): void {
  last = search;
}
