/** The few calls that a visitor makes. They fail with `AccountError`. */

import { AccountError } from "@parlance/sdk";
import type { Chat, NewChat, Problem, PublicBusiness } from "@parlance/sdk/rest";

const REQUEST_SECONDS = 20;

export interface Tokens {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
}

export async function profileOf(business: string): Promise<PublicBusiness> {
  return call(`/api/v1/public/businesses/${encodeURIComponent(business)}`);
}

/** Open a chat, or return to the one that the token is for. The same key is the same attempt. */
export async function initiate(chat: Partial<NewChat>, key: string, token?: string): Promise<Chat> {
  return call("/api/v1/public/chat/initiate", { body: JSON.stringify(chat), token, headers: { "Idempotency-Key": key } });
}

export async function refresh(refreshToken: string): Promise<Tokens> {
  return call("/api/auth/refresh", { body: JSON.stringify({ refresh_token: refreshToken }) });
}

/** End a session, also while the page is being left. It is given up here already: there is nobody to tell of a failure. */
export function logOut(refreshToken: string): void {
  const body = JSON.stringify({ refresh_token: refreshToken });
  const headers = { "Content-Type": "application/json" };
  fetch("/api/auth/logout", { method: "POST", keepalive: true, headers, body }).catch(() => undefined);
}

interface Request {
  readonly body?: string | Blob | undefined;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function call<Answer>(path: string, { body, token, headers = {} }: Request = {}): Promise<Answer> {
  const answer = await send(path, { body, token, headers });
  return (await answer.json()) as Answer;
}

export async function send(path: string, { body, token, headers = {} }: Request): Promise<Response> {
  const all: Record<string, string> = { ...headers };
  if (typeof body === "string") all["Content-Type"] = "application/json";
  if (token) all["Authorization"] = `Bearer ${token}`;
  const signal = AbortSignal.timeout(REQUEST_SECONDS * 1000);
  const request = { headers: all, signal, ...(body === undefined ? {} : { method: "POST", body }) };
  let answer: Response;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new AccountError(0, "The server cannot be reached.", "UNREACHABLE");
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  throw new AccountError(answer.status, problem.detail ?? "", problem.reason, problem.field, problem.retry_after);
}
