/** Calls of the REST API, typed by what the server says of itself. */

import { AccountError } from "../errors.ts";
import type { Problem, Routes } from "./api.ts";

const REQUEST_SECONDS = 20;
const FILE_SECONDS = 130;

/** Such as `"GET /api/rooms/{room_id}"`. */
export type Route = keyof Routes;

/** What a call takes: of `path`, `query` and `body` what its route has. */
export type Input<R extends Route> = Omit<Routes[R], "answer">;

/** Nothing where nothing is needed. */
export type Inputs<R extends Route> = Partial<Input<R>> extends Input<R> ? [input?: Input<R>] : [input: Input<R>];

interface AnyInput {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: object;
}

/** Call a route of the server at `base`. Throws `AccountError` when that fails. */
export async function call<R extends Route>(
  base: URL,
  route: R,
  input: Input<R> | undefined,
  token?: string,
): Promise<Routes[R]["answer"]> {
  const [method, template] = route.split(" ") as [string, string];
  const { path = {}, query = {}, body } = (input ?? {}) as AnyInput;
  const url = new URL(template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? "")), base);
  for (const [name, value] of Object.entries(query)) if (value != null) url.searchParams.set(name, String(value));
  const headers: Record<string, string> = {};
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const isFile = /attachments|csv/.test(template);
  if (body && !isFile) headers["Content-Type"] = "application/json";
  const content = body && { body: isFile ? (body as Blob) : JSON.stringify(body) };
  const answer = await send(url, isFile ? FILE_SECONDS : REQUEST_SECONDS, { method, headers, ...content });
  if (!answer.ok) throw await failure(answer);
  if (answer.status === 204) return undefined;
  return (await (isFile && !body ? answer.blob() : answer.json())) as Routes[R]["answer"];
}

async function send(url: URL, seconds: number, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(seconds * 1000) });
  } catch {
    throw new AccountError(0, "The server cannot be reached.", "UNREACHABLE");
  }
}

async function failure(answer: Response): Promise<AccountError> {
  const problem = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  const message = problem.detail ?? problem.title ?? `HTTP status ${answer.status}`;
  return new AccountError(answer.status, message, problem.reason, problem.field, problem.retry_after);
}
