import { AccountError } from "@parlance/sdk";
import type { NewChat, PublicBusiness } from "@parlance/sdk/rest";
import type { TargetedSubmitEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { text } from "../text/text.ts";
import type { Visitor } from "./visitor.ts";

type Field = PublicBusiness["form"]["fields"][number];

interface FormProps {
  readonly visitor: Visitor;
  readonly profile: PublicBusiness;
  readonly isOpen: boolean;
}

/** What the business asks before a chat, and the first word. */
export function Form({ visitor, profile, isOpen }: FormProps) {
  const { form, theme, open, away_message } = profile;
  const [asked] = useState(visitor.asked);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<{ readonly field: string; readonly message: string }>();
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isOpen && matchMedia("(pointer: fine)").matches) element.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }, [isOpen]);
  useEffect(() => {
    if (error?.field) element.current?.querySelector<HTMLElement>(`[name="${CSS.escape(error.field)}"]`)?.focus();
  }, [error]);

  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    const answers = form.fields.map(({ key, kind }) => {
      const given = data.get(nameOf(key));
      return [key, kind === "checkbox" ? (given ? "true" : "") : typeof given === "string" ? given.trim() : ""] as const;
    });
    const given = answers.filter(([, answer]) => answer);
    const message = data.get("message");
    setBusy(true);
    setError(undefined);
    visitor
      .begin({
        visitor: {
          ...Object.fromEntries(given.filter(([key]) => key in COMPLETED)),
          fields: Object.fromEntries(given.filter(([key]) => !(key in COMPLETED))),
        },
        consent: data.has("consent"),
        message: typeof message === "string" ? message : "",
      })
      .catch((failure: unknown) => {
        setError(explained(failure));
      })
      .finally(() => {
        setBusy(false);
      });
  };

  return (
    <form class="form" ref={element} onSubmit={submit} noValidate={false}>
      <p class="greeting" dir="auto">
        {!open && away_message ? away_message : theme.greeting}
      </p>
      {form.fields.map((field) => (
        <Question key={field.key} field={field} given={givenBefore(asked, field.key)} error={error?.field === nameOf(field.key) ? error.message : ""} />
      ))}
      <label class="field">
        <span>{text.message}</span>
        <textarea name="message" defaultValue={asked?.message ?? ""} rows={3} required maxLength={4000} dir="auto" aria-invalid={error?.field === "message"} />
      </label>
      {form.consent && (
        <label class="tick">
          <input type="checkbox" name="consent" defaultChecked={asked?.consent ?? false} required />
          <span dir="auto">{form.consent}</span>
        </label>
      )}
      {error && !error.field.startsWith("visitor.") && (
        <p class="error" role="alert">
          {error.message}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {busy ? text.starting : text.start}
      </button>
    </form>
  );
}

interface QuestionProps {
  readonly field: Field;
  /** As it was answered before. */
  readonly given: string;
  readonly error: string;
}

function Question({ field, given, error }: QuestionProps) {
  const { key, kind, label, required, options } = field;
  const id = `error-${key}`;
  const shared = {
    name: nameOf(key),
    required,
    "aria-invalid": error !== "",
    "aria-describedby": error ? id : undefined,
  };
  const problem = error && (
    <small class="error" id={id} role="alert">
      {error}
    </small>
  );
  if (kind === "checkbox") {
    return (
      <label class="tick">
        <input type="checkbox" defaultChecked={given === "true"} {...shared} />
        <span dir="auto">{label}</span>
        {problem}
      </label>
    );
  }
  return (
    <label class="field">
      <span dir="auto">
        {label}
        {!required && <small> ({text.optional})</small>}
      </span>
      {kind === "textarea" ? (
        <textarea rows={3} maxLength={500} dir="auto" defaultValue={given} {...shared} />
      ) : kind === "select" ? (
        <select {...shared}>
          <option value="">{text.choose}</option>
          {options.map((option) => (
            <option key={option} selected={option === given}>
              {option}
            </option>
          ))}
        </select>
      ) : (
        <input {...TYPES[kind]} defaultValue={given} maxLength={500} dir="auto" autocomplete={COMPLETED[key] ?? "on"} {...shared} />
      )}
      {problem}
    </label>
  );
}

const TYPES = { text: { type: "text" }, email: { type: "email" }, phone: { type: "tel" } } as const;
/** What is a visitor's own rather than an answer to a question of one business, and how browsers complete it. */
const COMPLETED: Readonly<Record<string, string>> = { name: "name", email: "email", phone: "tel" };

/** The field as a refusal names it. */
function nameOf(key: string): string {
  return key in COMPLETED ? `visitor.${key}` : `visitor.fields.${key}`;
}

function givenBefore(asked: NewChat | undefined, key: string): string {
  const { fields, ...own } = asked?.visitor ?? {};
  return { ...own, ...fields }[key] ?? "";
}

function explained(failure: unknown): { field: string; message: string } {
  if (!(failure instanceof AccountError) || failure.status === 0) return { field: "", message: text.unreachableNow };
  if (failure.status === 429) return { field: "", message: text.tooMany };
  return { field: failure.field ?? "", message: failure.message };
}
