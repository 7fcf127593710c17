/** Shows the frame in the business's colours. */

import type { PublicBusiness } from "@parlance/sdk/rest";
import { readableOn } from "@parlance/ui/readable";

export function applyTheme({ accent, colour_scheme }: PublicBusiness["theme"], rtl: boolean): void {
  const root = document.documentElement;
  root.style.setProperty("--accent", accent);
  root.style.setProperty("--on-accent", readableOn(accent));
  if (colour_scheme !== "auto") root.dataset["theme"] = colour_scheme;
  root.dir = rtl || /^(ar|fa|he|ur)\b/.test(navigator.language) ? "rtl" : "ltr";
}
