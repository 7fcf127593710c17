/** Puts the launcher on the page that asks for it: `<script async src="…/widget.js" data-business="slug"></script>`. */

import { Api, type QueuedCall } from "./api.ts";
import { Launcher } from "./launcher.ts";
import { load } from "./profile.ts";

interface Page {
  Parlance?: Api | QueuedCall[];
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && script.dataset["business"]) void start(script, script.dataset["business"]);

async function start({ src }: HTMLScriptElement, business: string): Promise<void> {
  const page = globalThis as Page;
  if (page.Parlance && !Array.isArray(page.Parlance)) return; // twice on one page: each copy has a class of its own
  const { origin } = new URL(src);
  const queued = page.Parlance ?? [];
  const api = new Api();
  page.Parlance = api;
  const profile = await load(origin, business);
  if (!profile) return;
  api.attach(new Launcher(origin, business, profile, api.tell));
  for (const [method, ...given] of queued) (api[method] as (...given: unknown[]) => unknown)(...given);
}
