import { useState } from "react";

const KEY = "parlance-rooms-width";
const USUAL = 264;
export const NARROWEST = 200;
export const WIDEST = 420;

/** How wide the list of rooms is on this device, in pixels. */
export function useRoomsWidth(): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => within(Number(localStorage.getItem(KEY)) || USUAL));
  return [
    width,
    (wanted) => {
      setWidth(within(wanted));
      localStorage.setItem(KEY, String(within(wanted)));
    },
  ];
}

function within(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.round(width)));
}
