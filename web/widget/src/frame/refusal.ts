/** What a visitor reads when its first word was refused, in its own language and beside the field that is meant. */

import { AccountError } from "@parlance/sdk";
import type { NewChat, PublicBusiness } from "@parlance/sdk/rest";
import { text } from "../text/text.ts";

type Form = PublicBusiness["form"];

export interface Refusal {
  /** The name of the field; empty when none of the form's is meant. */
  readonly field: string;
  readonly message: string;
}

/** What is a visitor's own rather than an answer to a question of one business, and how browsers complete it. */
export const COMPLETED: Readonly<Record<string, string>> = { name: "name", email: "email", phone: "tel" };

/** The field as a refusal names it. */
export function nameOf(key: string): string {
  return key in COMPLETED ? `visitor.${key}` : `visitor.fields.${key}`;
}

export function answerTo(key: string, chat: Pick<NewChat, "visitor"> | undefined): string {
  const { fields, ...own } = chat?.visitor ?? {};
  return { ...own, ...fields }[key] ?? "";
}

/** By the names that the server gives to errors and fields; what it says of them is for programmers, and in English. */
export function refusalOf(failure: unknown, form: Form, chat: Pick<NewChat, "visitor">): Refusal {
  if (!(failure instanceof AccountError) || failure.status === 0 || failure.status >= 500) return { field: "", message: text.unreachableNow };
  if (failure.status === 429) return { field: "", message: text.tooMany };
  const { reason, field = "" } = failure;
  if (reason === "CONSENT_MISSING" && form.consent) return { field, message: text.consentMissing };
  if (reason === "MESSAGE_MISSING") return { field, message: text.needed };
  if (field === "message") return { field, message: text.badAnswer };
  const question = form.fields.find(({ key }) => nameOf(key) === field);
  if (!question) return { field: "", message: text.notStarted };
  if (!answerTo(question.key, chat).trim()) return { field, message: text.needed };
  return { field, message: question.kind === "email" ? text.badEmail : question.kind === "phone" ? text.badPhone : text.badAnswer };
}
