import type { Business } from "@parlance/sdk/rest";
import { createContext, use } from "react";
import type { Inbox } from "../inbox/inbox.ts";
import type { Businesses } from "./businesses.ts";
import type { Team } from "./team.ts";

/** Everything of the business that one looks at. */
export interface Open {
  readonly business: Business;
  readonly businesses: Businesses;
  readonly inbox: Inbox;
  readonly team: Team;
}

const Context = createContext<Open | undefined>(undefined);

export const OpenProvider = Context;

export function useOpenBusiness(): Open {
  return use(Context)!;
}

export function manages({ role }: Business): boolean {
  return role !== "agent";
}
