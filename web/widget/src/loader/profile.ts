/** How the business wants its launcher to look. */

export interface Profile {
  readonly name: string;
  readonly theme: {
    readonly accent: string;
    readonly position: "left" | "right";
    readonly launcher: string;
  };
}

/** Ask for it; undefined, said on the console, where this page may not have a widget. */
export async function load(origin: string, business: string): Promise<Profile | undefined> {
  if (globalThis.origin === "null") {
    console.warn("Parlance: a page from a file, or in a sandbox without allow-same-origin, has no origin and shows no chat.");
    return undefined;
  }
  try {
    const answer = await fetch(`${origin}/api/v1/public/businesses/${encodeURIComponent(business)}`, { credentials: "omit" });
    const body = (await answer.json()) as Profile & { readonly detail?: string };
    if (answer.ok) return body;
    console.warn(`Parlance: ${body.detail ?? `status ${answer.status}`}`);
  } catch {
    console.warn("Parlance: the chat cannot be reached, or does not know this site.");
  }
  return undefined;
}
