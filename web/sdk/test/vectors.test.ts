/** The conversations that every client must hold alike; tests/vectors/README.md says how they are written. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { Backoff } from "../src/backoff.ts";
import { ReconnectPolicy } from "../src/closing.ts";
import type { Request } from "../src/outbox.ts";
import type { Output } from "../src/outputs.ts";
import type { Typing } from "../src/protocol.ts";
import { Session } from "../src/session.ts";

interface Step {
  at?: number;
  connect?: { token: string; renew_seconds: number };
  disconnect?: true;
  renew?: { token: string; renew_seconds: number };
  receive?: object;
  receive_text?: string;
  ask?: Request;
  tell?: Typing;
  withdraw?: number;
  fails?: true;
  frames?: object[];
  outputs?: object[];
  next?: number | null;
  revisions?: Record<string, number>;
  unsent?: number;
}

interface Conversation {
  name: string;
  resume?: Record<string, number>;
  steps: Step[];
}

interface Endings {
  name: string;
  endings: { code: number; online_seconds: number; delay: number | null }[];
}

const VECTORS = new URL("../../../tests/vectors/", import.meta.url);
const ENDINGS = "endings.json";

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, VECTORS), "utf8"));
const topics = readdirSync(VECTORS).filter((name) => name.endsWith(".json") && name !== ENDINGS);

describe.each(topics)("%s", (topic) => {
  test.each(read(topic) as Conversation[])("$name", ({ resume = {}, steps }) => {
    const session = new Session(resume, new Backoff(() => 0.5));
    let now = 0;
    for (const step of steps) {
      now = step.at ?? now;
      if (step.fails) expect(() => { act(session, step, now); }).toThrow();
      else act(session, step, now);
      session.tick(now);
      check(session, step, now);
    }
  });
});

test.each(read(ENDINGS) as Endings[])("$name", ({ endings }) => {
  const policy = new ReconnectPolicy(new Backoff(() => 0.5));
  for (const { code, online_seconds, delay } of endings) expect(policy.delayAfter(code, online_seconds)).toBe(delay);
});

function act(session: Session, step: Step, now: number): void {
  if (step.connect) session.connected(step.connect.token, step.connect.renew_seconds, now);
  if (step.disconnect) session.disconnected();
  if (step.renew) session.renew(step.renew.token, step.renew.renew_seconds, now);
  if (step.receive) session.received(JSON.stringify(step.receive), now);
  if (step.receive_text) session.received(step.receive_text, now);
  if (step.ask) session.ask(step.ask);
  if (step.tell) session.tell(step.tell);
  if (step.withdraw) session.withdraw(step.withdraw);
}

function check(session: Session, step: Step, now: number): void {
  const outputs = session.takeOutputs().map(rendered);
  expect(outputs).toHaveLength(step.outputs?.length ?? 0);
  expect(outputs).toMatchObject(step.outputs ?? []);
  expect(session.takeFrames(now).map((frame) => JSON.parse(frame) as unknown)).toEqual(step.frames ?? []);
  if (step.next !== undefined) expect(session.nextTick).toBe(step.next ?? Infinity);
  if (step.revisions) expect(session.revisions.toJSON()).toEqual(step.revisions);
  if (step.unsent !== undefined) expect(session.outbox.messages).toHaveLength(step.unsent);
}

/** An output as the vectors write it. */
function rendered(output: Output): object {
  if (output.type !== "refusal") return output;
  const { code, reason, retryAfter } = output.error;
  return { type: "refusal", id: output.id, code, reason, retry_after: retryAfter };
}
