/** The businesses that one answers for, and what belongs to each. */

import { Listeners } from "@parlance/sdk";
import type { Account, Business, BusinessChanges } from "@parlance/sdk/rest";

export class Businesses {
  /** Undefined until they are loaded. */
  all: readonly Business[] | undefined;
  readonly #listeners = new Listeners();
  readonly listen = this.#listeners.add;

  constructor(private readonly account: Account) {}

  async load(): Promise<void> {
    const { businesses } = await this.account.call("GET /api/businesses");
    this.#become(businesses);
  }

  async create(name: string): Promise<Business> {
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const created = await this.account.call("POST /api/businesses", { body: { name, time_zone } });
    this.#become([...(this.all ?? []), created]);
    return created;
  }

  async change(business: Business, changes: BusinessChanges): Promise<Business> {
    const input = { path: { business_id: business.id }, body: changes };
    const changed = await this.account.call("PATCH /api/businesses/{business_id}", input);
    this.#become((this.all ?? []).map((each) => (each.id === changed.id ? changed : each)));
    return changed;
  }

  #become(all: readonly Business[]): void {
    this.all = all;
    this.#listeners.tell();
  }
}
