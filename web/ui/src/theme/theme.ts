/** Light, dark, or whatever the device says. */

export type Theme = "system" | "light" | "dark";

/** Show the page in a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
