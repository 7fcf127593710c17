import { useEffect } from "react";
import { navigate } from "wouter/use-browser-location";
import { roomOf } from "../places/opened.ts";
import { leaveFor, useOpen } from "../places/use-opened.ts";
import { useChat } from "../session/hooks.ts";

/** The keys that work everywhere. */
export function useShortcuts(): void {
  const { rooms } = useChat();
  const open = useOpen();
  useEffect(() => {
    const step = (by: 1 | -1): void => {
      const ids = rooms.rooms.map(({ id }) => id);
      const here = ids.indexOf(roomOf(location.pathname)?.room ?? "");
      const there = ids[here === -1 ? (by === 1 ? 0 : ids.length - 1) : here + by];
      if (there) leaveFor(`/rooms/${there}`);
    };
    const search = (): void => {
      const first = rooms.rooms[0];
      if (!roomOf(location.pathname) && first) navigate(`/rooms/${first.id}`);
      if (roomOf(location.pathname)) open({ panel: "search" });
    };
    const actFor = (event: KeyboardEvent): (() => void) | undefined => {
      const command = event.metaKey || event.ctrlKey;
      if (command && !event.shiftKey && !event.altKey && event.code === "KeyK") {
        return () => {
          open({ dialog: "go-to" });
        };
      }
      if (command && event.shiftKey && event.code === "KeyF") return search;
      if (command || isInDialog(event.target)) return undefined;
      if (event.altKey && event.key === "ArrowUp") return () => { step(-1); };
      if (event.altKey && event.key === "ArrowDown") return () => { step(1); };
      if (event.key === "?" && !isWriting(event.target)) {
        return () => {
          open({ dialog: "shortcuts" });
        };
      }
      return undefined;
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      const act = event.defaultPrevented ? undefined : actFor(event);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKeyDown);
    return () => {
      removeEventListener("keydown", onKeyDown);
    };
  }, [rooms, open]);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]") !== null;
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[role=dialog]") !== null;
}
