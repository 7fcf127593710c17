import { useEffect } from "react";
import { useLocation } from "wouter";
import { useChat } from "../session/hooks.ts";
import { openSearch } from "../search/open-search.ts";
import type { DialogName } from "./dialogs.ts";

/** The keys that work everywhere. */
export function useShortcuts(open: (dialog: DialogName) => void): void {
  const { rooms } = useChat();
  const [path, navigate] = useLocation();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const command = event.metaKey || event.ctrlKey;
      const handled = ((): boolean => {
        if (command && event.key.toLowerCase() === "k") open({ type: "go-to" });
        else if (command && event.shiftKey && event.key.toLowerCase() === "f") openSearch();
        else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
          const ids = rooms.rooms.map(({ id }) => id);
          const here = ids.findIndex((id) => path.startsWith(`/rooms/${id}`));
          const there = ids[here + (event.key === "ArrowDown" ? 1 : -1)];
          if (there) navigate(`/rooms/${there}`);
        } else if (event.key === "?" && !isWriting(event.target)) open({ type: "shortcuts" });
        else return false;
        return true;
      })();
      if (handled) event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => {
      removeEventListener("keydown", onKeyDown);
    };
  }, [open, rooms, path, navigate]);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]") !== null;
}
