import { useCallback, useMemo } from "react";
import { useSearch } from "wouter";
import { navigate } from "wouter/use-browser-location";
import { openedBy, queryOf, type Opened } from "./opened.ts";

/** Marks the entries of the history that were made by opening something: closing it goes back. */
const OPENED = { opened: true };

interface Places extends Opened {
  /** Open something beside what is open. */
  readonly open: (what: Opened) => void;
  readonly close: (what: "panel" | "dialog") => void;
}

export function useOpened(): Places {
  const query = useSearch();
  const open = useOpen();
  return useMemo(() => ({ ...openedBy(query), open, close }), [query, open]);
}

/** Without looking at what is open. */
export function useOpen(): (what: Opened) => void {
  return useCallback((what) => {
    const before = openedBy(location.search);
    // In the place of another one of its kind; a dialog is not kept behind a dialog.
    const instead = (Object.keys(what) as (keyof Opened)[]).some((kind) => before[kind] !== undefined);
    navigate(location.pathname + queryOf({ ...before, ...what }), {
      replace: instead,
      state: instead ? (history.state as unknown) : OPENED,
    });
  }, []);
}

function close(what: "panel" | "dialog"): void {
  if ((history.state as Partial<typeof OPENED> | null)?.opened) {
    history.back();
    return;
  }
  const rest = { ...openedBy(location.search), [what]: undefined, person: undefined };
  navigate(location.pathname + queryOf(rest), { replace: true });
}

/** Leaves whatever is open for another page: Back does not come to it again. */
export function leaveFor(path: string): void {
  navigate(path, { replace: (history.state as Partial<typeof OPENED> | null)?.opened === true });
}
