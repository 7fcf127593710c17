/** How large files are, for people, and how large pictures are shown. */

import type { Attachment } from "@parlance/sdk";

const WIDEST_PX = 400;
const HIGHEST_PX = 320;
const LEAST_PX = 40;

/** `1.4 MB`, in the way of the language. */
export function fileSize(bytes: number, locale: string): string {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const amount = unit === "kilobyte" ? Math.max(1, Math.round(bytes / 1e3)) : bytes / 1e6;
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
}

/** Whether it is shown as a picture. */
export function isPicture({ has_thumbnail, width, height }: Attachment): boolean {
  return has_thumbnail && width > 0 && height > 0;
}

/** The place that a picture takes in a list: as large as it is, and at most so large; known before it has loaded. */
export function pictureSize({ width, height }: Pick<Attachment, "width" | "height">): { width: number; height: number } {
  const scale = Math.min(1, WIDEST_PX / width, HIGHEST_PX / height);
  return { width: Math.max(LEAST_PX, Math.round(width * scale)), height: Math.max(LEAST_PX, Math.round(height * scale)) };
}
