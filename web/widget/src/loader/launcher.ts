/** The launcher and the panel that it opens. The frame in the panel is fetched when somebody seems to want it. */

import { readableOn } from "@parlance/ui/readable";
import { pack, unpack, type ToFrame, type ToPage } from "../channel.ts";
import type { Tell } from "./events.ts";
import type { Profile } from "./profile.ts";
import { STYLE } from "./style.ts";
import { words } from "./words.ts";

const BUBBLE = "M21 11.5a8.4 8.4 0 0 1-8.5 8.3 8.7 8.7 0 0 1-3.9-.9L3 20.5l1.7-5.3a8 8 0 0 1-1-3.7A8.4 8.4 0 0 1 12.2 3 8.5 8.5 0 0 1 21 11.5Z";
const SVG = "http://www.w3.org/2000/svg";

const EXISTS = "1";
const FORGET = "0";
const OPEN_SECONDS = 15;
const LOADED_SECONDS = 2;

export class Launcher {
  readonly #label: string;
  readonly #button: HTMLButtonElement;
  readonly #badge: HTMLElement;
  readonly #panel: HTMLElement;
  #frame: HTMLIFrameElement | undefined;
  #ready = false;
  #isOpen = false;
  #unkept: string | null = null;
  #identity: string | null | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly origin: string,
    private readonly business: string,
    profile: Profile,
    private readonly tell: Tell,
  ) {
    const { accent, position, launcher } = profile.theme;
    const host = document.createElement("parlance-widget");
    const root = host.attachShadow({ mode: "open" });
    // A sheet that is made here needs no leave of the page's policy, as a <style> would.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    host.style.setProperty("--accent", accent);
    host.style.setProperty("--on-accent", readableOn(accent));

    this.#panel = element("div", `panel ${position}`);
    this.#panel.hidden = true;
    this.#button = element("button", `launcher ${position}`);
    this.#button.type = "button";
    this.#label = launcher || profile.name;
    this.#button.ariaLabel = this.#label;
    this.#button.ariaExpanded = "false";
    this.#badge = element("span", "badge");
    this.#badge.hidden = true;
    this.#button.append(icon(), launcher, this.#badge);
    root.append(this.#panel, this.#button);

    const fetchFrame = this.#fetchFrame.bind(this);
    for (const intent of ["pointerenter", "focus", "touchstart"]) {
      this.#button.addEventListener(intent, fetchFrame, { once: true, passive: true });
    }
    this.#button.addEventListener("click", () => {
      if (this.#isOpen) this.close();
      else this.open();
    });
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") this.close();
    });
    addEventListener("message", (event) => {
      if (event.origin === origin && event.source === this.#frame?.contentWindow) this.#hear(unpack(event.data) as ToPage | undefined);
    });
    keepInPage(host);
    fitKeyboard(host);
    // Whoever has a conversation hears of answers without opening it. What is to be forgotten does not wait.
    if (this.#note === FORGET) this.#fetchFrame();
    else if (this.#note) setTimeout(fetchFrame, 1500);
  }

  open(): void {
    if (this.#isOpen) return;
    this.#fetchFrame();
    this.#show(true);
    this.#frame!.focus();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#show(false);
    this.#button.focus();
  }

  identify(token: string | null): void {
    this.#identity = token;
    this.#post({ type: "identify", identity: token });
    if (token) this.#fetchFrame();
  }

  /** For a shared computer. The note outlives this page, should it be left before the frame has done it. */
  forget(): void {
    this.#identity = undefined;
    this.#note = FORGET;
    this.#post({ type: "forget" });
    this.#fetchFrame();
  }

  #show(open: boolean): void {
    this.#isOpen = open;
    this.#panel.hidden = !open;
    this.#wait(OPEN_SECONDS);
    this.#button.ariaExpanded = String(open);
    this.#post({ type: open ? "open" : "close" });
    this.tell(open ? "open" : "close");
  }

  #fetchFrame(): void {
    if (this.#frame) return;
    const frame = element("iframe", "");
    frame.title = this.#label;
    frame.allow = "clipboard-write; autoplay";
    frame.src = `${this.origin}/widget/${encodeURIComponent(this.business)}`;
    frame.addEventListener("load", () => {
      this.#wait(LOADED_SECONDS);
    });
    this.#frame = frame;
    this.#panel.append(frame);
  }

  /** A frame that has come says hello. If it does not, the panel says so, and on a phone can still be closed. */
  #wait(seconds: number): void {
    clearTimeout(this.#patience);
    if (this.#ready) return;
    this.#patience = setTimeout(() => {
      this.#giveUp();
    }, seconds * 1000);
  }

  #giveUp(): void {
    this.#frame?.remove();
    this.#frame = undefined;
    if (!this.#isOpen) return; // the next one to open it tries again
    const notice = element("div", "notice");
    const say = element("p", "");
    say.role = "alert";
    say.dir = "auto";
    say.textContent = words.unreachable;
    const [again, close] = [button(words.retry), button(words.close)];
    again.onclick = () => {
      notice.remove();
      this.#fetchFrame();
      this.#wait(OPEN_SECONDS);
    };
    close.onclick = () => {
      notice.remove();
      this.close();
    };
    notice.append(say, again, close);
    this.#panel.replaceChildren(notice);
    again.focus();
  }

  #hear(message: ToPage | undefined): void {
    switch (message?.type) {
      case "hello":
        this.#ready = true;
        clearTimeout(this.#patience);
        this.#post({
          type: "init",
          page: location.href,
          referrer: document.referrer,
          rtl: getComputedStyle(document.documentElement).direction === "rtl",
          open: this.#isOpen,
          identity: this.#identity,
          forget: this.#note === FORGET,
        });
        break;
      case "close":
        this.close();
        break;
      case "unread":
        this.#badge.textContent = message.count > 99 ? "99+" : String(message.count);
        this.#badge.hidden = message.count === 0;
        this.#button.ariaLabel = this.#label + (message.count ? ` (${this.#badge.textContent})` : "");
        this.tell("unread", message.count);
        break;
      case "conversation":
        this.#note = message.exists ? EXISTS : null;
        break;
      case "message":
        this.tell("message", message.text);
    }
  }

  #post(message: ToFrame): void {
    if (this.#ready) this.#frame?.contentWindow?.postMessage(pack(message), this.origin);
  }

  get #key(): string {
    return `parlance:${this.business}`;
  }

  /** Whether there is a conversation, or one to forget; nothing else is kept where the page could read it. */
  get #note(): string | null {
    try {
      return localStorage.getItem(this.#key);
    } catch {
      return this.#unkept; // the page may have no storage
    }
  }

  set #note(note: string | null) {
    this.#unkept = note;
    try {
      if (note) localStorage.setItem(this.#key, note);
      else localStorage.removeItem(this.#key);
    } catch {
      // then answers are heard of when it is opened
    }
  }
}

/** Beside the body, so that a page that swaps its body keeps the chat as it is; back again where all was swapped. */
function keepInPage(host: HTMLElement): void {
  const stay = (): void => {
    const { documentElement } = document;
    if (!host.isConnected) documentElement.append(host);
    observer.observe(documentElement, { childList: true });
  };
  const observer = new MutationObserver(stay);
  observer.observe(document, { childList: true });
  stay();
}

/** The keyboard of a phone covers the page without making it smaller: the panel takes what is left. */
function fitKeyboard({ style }: HTMLElement): void {
  const view = globalThis.visualViewport;
  if (!view) return;
  const fit = (): void => {
    if (view.scale > 1) return; // somebody looks closely
    style.setProperty("--top", `${view.offsetTop}px`);
    style.setProperty("--height", `${view.height}px`);
  };
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
}

function button(label: string): HTMLButtonElement {
  const made = element("button", "");
  made.type = "button";
  made.textContent = label;
  return made;
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function icon(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.75", "stroke-linejoin": "round", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  path.setAttribute("d", BUBBLE);
  svg.append(path);
  return svg;
}
