import { useState, type FocusEvent, type PointerEvent } from "react";

/**
 * Whether somebody points at a message, is in it with the keyboard, or picks an emoji for it. Only then is there a bar of
 * actions: with one for each message, scrolling would be slow.
 */
export function useAttention() {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [picking, setPicking] = useState(false);
  const events = {
    onPointerEnter: ({ pointerType }: PointerEvent) => {
      setHovered(pointerType === "mouse");
    },
    onPointerLeave: () => {
      setHovered(false);
    },
    onFocus: () => {
      setFocused(true);
    },
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent) => {
      setFocused(currentTarget.contains(relatedTarget));
    },
  };
  return { attended: hovered || focused || picking, picking, setPicking, events };
}
