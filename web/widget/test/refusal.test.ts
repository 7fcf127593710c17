// @vitest-environment happy-dom
import { AccountError } from "@parlance/sdk";
import { expect, test } from "vitest";
import { refusalOf } from "../src/frame/refusal.ts";
import { english } from "../src/text/english.ts";

const FORM = {
  fields: [
    { key: "name", kind: "text", label: "Name", required: true, options: [] },
    { key: "email", kind: "email", label: "E-mail", required: false, options: [] },
    { key: "phone", kind: "phone", label: "Phone", required: false, options: [] },
    { key: "order", kind: "text", label: "Order", required: true, options: [] },
  ],
  consent: "You may.",
} as const;
const CHAT = { visitor: { name: " ", email: "x", phone: "y", fields: { order: "\u0007" } } };

test.each([
  ["visitor.name", "INVALID_ANSWER", english.needed],
  ["visitor.email", "INVALID_ANSWER", english.badEmail],
  ["visitor.phone", "INVALID_ANSWER", english.badPhone],
  ["visitor.fields.order", "INVALID_ANSWER", english.badAnswer],
  ["consent", "CONSENT_MISSING", english.consentMissing],
  ["message", "MESSAGE_MISSING", english.needed],
  ["message", "BAD_INPUT", english.badAnswer],
])("a refusal of %s with %s is said in our words beside it", (field, reason, message) => {
  expect(refusalOf(new AccountError(400, "in English", reason, field), FORM, CHAT)).toEqual({ field, message });
});

test.each([
  ["BAD_INPUT", 400, "visitor.fields[...]", english.notStarted],
  ["INVALID_ANSWER", 400, "visitor.fields.gone", english.notStarted],
  ["ORIGIN_NOT_ALLOWED", 403, undefined, english.notStarted],
  ["RATE_LIMITED", 429, undefined, english.tooMany],
  ["UNAVAILABLE", 503, undefined, english.unreachableNow],
  ["UNREACHABLE", 0, undefined, english.unreachableNow],
])("what %s refuses is no field's fault and is said below the form", (reason, status, field, message) => {
  expect(refusalOf(new AccountError(status, "in English", reason, field), FORM, CHAT)).toEqual({ field: "", message });
});
