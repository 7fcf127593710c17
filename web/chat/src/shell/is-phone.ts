/** Whether there is room for one pane only, as in the style sheets. */
export function isPhone(): boolean {
  return matchMedia("(width < 720px)").matches;
}
