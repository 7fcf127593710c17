import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const CSS = readFileSync(new URL("../src/theme/tokens.css", import.meta.url), "utf8");
const COLOUR = /oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/;

type Theme = "light" | "dark";

/** The relative luminance (WCAG 2.2) of a token in a theme. */
function luminance(token: string, theme: Theme): number {
  const value = new RegExp(`--${token}: (.+);`).exec(CSS)?.[1];
  if (!value) throw new Error(`no token --${token}`);
  const alias = /^var\(--(.+)\)$/.exec(value)?.[1];
  if (alias) return luminance(alias, theme);
  const [light, dark] = [...value.matchAll(new RegExp(COLOUR, "g"))].map((found) => found.slice(1).map(Number));
  const [l, c, h] = (theme === "light" ? light : dark) as [number, number, number];
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  // Oklab to linear sRGB: https://www.w3.org/TR/css-color-4/#color-conversion-code
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  const rgb = [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ].map((part) => Math.min(1, Math.max(0, part)));
  return 0.2126 * rgb[0]! + 0.7152 * rgb[1]! + 0.0722 * rgb[2]!;
}

function contrast(one: string, other: string, theme: Theme): number {
  const [darker, lighter] = [luminance(one, theme), luminance(other, theme)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const SURFACES = ["surface", "surface-sunken", "surface-raised", "hover", "pressed", "accent-tint"];
const TEXTS = ["text", "text-quiet", "n-11", "accent-text", "danger-text"];
const ON: readonly [string, string][] = [
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-danger", "danger"],
  ["warning-text", "warning-tint"],
  ["danger-text", "danger-tint"],
  ["success-text", "surface-raised"],
  ["n-11", "accent-tint-strong"],
  ["accent-text", "accent-tint-strong"],
  ["text", "accent-tint-strong"],
  ["n-12", "n-6"],
];

for (const theme of ["light", "dark"] as const) {
  test.each(SURFACES.flatMap((surface) => TEXTS.map((text) => [text, surface] as const)).concat(ON))(
    `${theme}: %s on %s can be read`,
    (text, surface) => {
      expect(contrast(text, surface, theme)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(["surface", "surface-sunken", "surface-raised"])(`${theme}: the lines of controls show on %s`, (surface) => {
    expect(contrast("control-line", surface, theme)).toBeGreaterThanOrEqual(3);
    expect(contrast("focus", surface, theme)).toBeGreaterThanOrEqual(3);
  });
}

test("no other stylesheet names a colour", () => {
  const root = new URL("../../", import.meta.url);
  for (const workspace of ["ui/src", "chat/src"]) {
    for (const name of readdirSync(new URL(`${workspace}/`, root), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".css") || name.endsWith("tokens.css") || name.endsWith("avatar.module.css")) continue;
      const sheet = readFileSync(new URL(`${workspace}/${name}`, root), "utf8");
      expect(sheet, name).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(|oklch\(|hsl\(/);
    }
  }
});
