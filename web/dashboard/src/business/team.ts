/** Who answers for a business, and what it often says. */

import { Listeners } from "@parlance/sdk";
import type { Account, Agent, CannedReply } from "@parlance/sdk/rest";

export class Team {
  agents: readonly Agent[] = [];
  replies: readonly CannedReply[] = [];
  readonly #listeners = new Listeners();
  readonly listen = this.#listeners.add;

  constructor(
    private readonly account: Account,
    private readonly businessId: string,
  ) {}

  async load(): Promise<void> {
    const path = { business_id: this.businessId };
    const [{ agents }, { replies }] = await Promise.all([
      this.account.call("GET /api/businesses/{business_id}/agents", { path }),
      this.account.call("GET /api/businesses/{business_id}/canned-replies", { path }),
    ]);
    this.agents = agents;
    this.replies = replies;
    this.#listeners.tell();
  }
}
