/** The page around the frame: the business's, with a launcher, or ours, which shows the frame as a part of itself. */

import { pack, unpack, type ToFrame, type ToPage } from "../channel.ts";

export interface Visit {
  readonly page: string;
  readonly referrer: string;
  readonly rtl: boolean;
  /** Null: the business knows that it does not know the visitor. Undefined: it has not said. */
  readonly identity: string | null | undefined;
  readonly forget: boolean;
}

export class Host {
  /** Whether the frame can be closed. */
  readonly closes: boolean;
  visit: Visit = { page: document.referrer, referrer: "", rtl: false, identity: undefined, forget: false };
  isOpen: boolean;
  onChange: () => void = () => undefined;
  onIdentify: (identity: string | null) => void = () => undefined;
  onForget: () => void = () => undefined;
  #meeting: Promise<void> | undefined;

  constructor(private readonly parent: Window | undefined) {
    this.closes = parent !== undefined;
    this.isOpen = !this.closes;
  }

  /** Say hello, and wait until the page has said where the visitor is. */
  async met(): Promise<void> {
    const { parent } = this;
    if (!parent) return;
    this.#meeting ??= new Promise<void>((resolve) => {
      addEventListener("message", (event) => {
        if (event.source !== parent) return;
        const message = unpack(event.data) as ToFrame | undefined;
        if (message) this.#hear(message);
        if (message?.type === "init") resolve();
      });
      this.tell({ type: "hello" });
    });
    return this.#meeting;
  }

  /** Nothing of it is secret: who may embed the frame, the browser sees to. */
  tell(message: ToPage): void {
    this.parent?.postMessage(pack(message), "*");
  }

  #hear(message: ToFrame): void {
    switch (message.type) {
      case "init":
        this.visit = message;
        this.isOpen = message.open;
        break;
      case "identify":
        this.visit = { ...this.visit, identity: message.identity };
        this.onIdentify(message.identity);
        return;
      case "forget":
        this.visit = { ...this.visit, identity: undefined };
        this.onForget();
        return;
      default:
        this.isOpen = message.type === "open";
    }
    this.onChange();
  }
}
