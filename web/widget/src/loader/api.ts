/** What the page can ask of the widget: `Parlance.open()`, `.close()`, `.identify(token)`, `.forget()`, `.on(event, listener)`. */

import type { EventName, Listener, Tell } from "./events.ts";
import type { Launcher } from "./launcher.ts";

/** What a page asked before the script was there: `(window.Parlance ||= []).push(["open"])`. */
export type QueuedCall = readonly ["open" | "close" | "identify" | "forget" | "on", ...unknown[]];

export class Api {
  #launcher: Launcher | undefined;
  #waiting: ((launcher: Launcher) => void)[] = [];
  readonly #listeners = new Map<EventName, Set<Listener>>();

  open(): void {
    this.#do((launcher) => {
      launcher.open();
    });
  }

  close(): void {
    this.#do((launcher) => {
      launcher.close();
    });
  }

  /** Say who the visitor is, with a token that the business's server has signed; null when it logs out. */
  identify(token: string | null): void {
    this.#do((launcher) => {
      launcher.identify(token);
    });
  }

  /** End the conversation in this browser, for whoever uses it next. */
  forget(): void {
    this.#do((launcher) => {
      launcher.forget();
    });
  }

  /** Hear of `open`, `close`, `unread` (with the number) and `message` (with the text); returns how to stop. */
  on(event: EventName, listener: Listener): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** There is a launcher now: what was asked before happens. */
  attach(launcher: Launcher): void {
    this.#launcher = launcher;
    for (const act of this.#waiting.splice(0)) act(launcher);
  }

  /** For the pages that reload what was queued: the same as calling at once. */
  push([method, ...given]: QueuedCall): void {
    (this[method] as (...given: unknown[]) => unknown)(...given);
  }

  readonly tell: Tell = (event, detail) => {
    for (const listener of this.#listeners.get(event) ?? []) listener(detail);
  };

  #do(act: (launcher: Launcher) => void): void {
    if (this.#launcher) act(this.#launcher);
    else this.#waiting.push(act);
  }
}
