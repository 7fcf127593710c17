import { createContext, use } from "react";
import type { BrowserSession } from "./session.ts";

const Context = createContext<BrowserSession | undefined>(undefined);

export const SessionProvider = Context;

/** To log in and out with. */
export function useSession(): BrowserSession {
  return use(Context)!;
}
