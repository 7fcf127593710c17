import type { Message } from "@parlance/sdk";

/** A message on one line; of one without words, the names of its files. */
export function preview({ body, attachments }: Pick<Message, "body" | "attachments">, characters: number): string {
  const words = body.trim() || attachments.map(({ name }) => name).join(", ");
  return words.replace(/\s+/g, " ").slice(0, characters);
}
