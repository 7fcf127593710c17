/** The views of an inbox: which conversations each shows, and how it asks for them. */

import type { Conversation } from "@parlance/sdk";
import type { InboxCounts } from "@parlance/sdk/rest";

export const VIEWS = ["mine", "unassigned", "open", "pending", "snoozed", "resolved"] as const;
export type View = (typeof VIEWS)[number];

export function isView(name: string | undefined): name is View {
  return VIEWS.some((view) => view === name);
}

/** What a view asks of the server. */
export function queryOf(view: View): { readonly status: Conversation["status"]; readonly assignee?: string } {
  switch (view) {
    case "mine":
      return { status: "open", assignee: "me" };
    case "unassigned":
      return { status: "open", assignee: "none" };
    default:
      return { status: view };
  }
}

/** Whether a conversation stands in a view of somebody's. */
export function shows(view: View, { status, assignee }: Conversation, me: string): boolean {
  switch (view) {
    case "mine":
      return status === "open" && assignee?.id === me;
    case "unassigned":
      return status === "open" && assignee === null;
    default:
      return status === view;
  }
}

export function countOf(view: View, counts: InboxCounts | undefined): number {
  return counts?.[view] ?? 0;
}
