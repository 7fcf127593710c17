// @vitest-environment happy-dom
import type { SendMessage } from "@parlance/sdk";
import { beforeEach, expect, test, vi } from "vitest";
import { Unsent } from "../src/session/unsent.ts";

/** The locks of a browser, as far as they are used: a name is held, or free. */
class Tabs {
  readonly held = new Set<string>();

  async request(name: string, options: unknown, callback?: unknown): Promise<unknown> {
    const act = (callback ?? options) as (lock: object | null) => unknown;
    if (this.held.has(name)) return act(null);
    this.held.add(name);
    try {
      return await act({ name });
    } finally {
      this.held.delete(name);
    }
  }
}

const said = (id: string): SendMessage => ({ type: "send_message", room: "hall", message_id: id, body: id });

let tabs: Tabs;

beforeEach(() => {
  localStorage.clear();
  tabs = new Tabs();
});

function tab(user = "ada"): { unsent: Unsent; close: () => Promise<void> } {
  const life = new AbortController();
  const unsent = new Unsent(localStorage, tabs, user);
  unsent.hold(life.signal);
  return {
    unsent,
    close: async () => {
      life.abort();
      await new Promise((resolve) => setTimeout(resolve)); // the lock is given back a little later
    },
  };
}

async function adopted(user = "ada"): Promise<string[]> {
  const resend = vi.fn<(message: SendMessage) => void>();
  await tab(user).unsent.adopt(resend);
  return resend.mock.calls.map(([{ message_id }]) => message_id);
}

test("what a tab could not send is sent by the next one, in its order, once", async () => {
  const first = tab();
  first.unsent.keep([said("one"), said("two")]);
  await first.close();
  expect(await adopted()).toEqual(["one", "two"]);
  expect(await adopted()).toEqual([]);
});

test("what another tab is about to send is left to it", async () => {
  tab().unsent.keep([said("one")]);
  expect(await adopted()).toEqual([]);
});

test("what has been sent meanwhile is not sent again", async () => {
  const first = tab();
  first.unsent.keep([said("one"), said("two")]);
  first.unsent.keep([said("two")]);
  first.unsent.keep([]);
  await first.close();
  expect(await adopted()).toEqual([]);
});

test("what one person wrote is not sent by another", async () => {
  const first = tab("ada");
  first.unsent.keep([said("one")]);
  await first.close();
  expect(await adopted("bob")).toEqual([]);
  expect(await adopted("ada")).toEqual(["one"]);
});
