import type { PublicBusiness } from "@parlance/sdk/rest";
import { useEffect, useRef, useState } from "preact/hooks";
import { text } from "../text/text.ts";
import { answerTo, COMPLETED, nameOf, refusalOf, type Refusal } from "./refusal.ts";
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
  const [error, setError] = useState<Refusal>();
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isOpen && matchMedia("(pointer: fine)").matches) element.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }, [isOpen]);
  useEffect(() => {
    if (error?.field) element.current?.querySelector<HTMLElement>(`[name="${CSS.escape(error.field)}"]`)?.focus();
  }, [error]);

  // Asked by the button, which Enter presses too: a page that is sandboxed without `allow-forms` submits nothing.
  const start = (event: MouseEvent): void => {
    event.preventDefault();
    const { current } = element;
    if (busy || !current || !(current.noValidate || current.reportValidity())) return;
    const data = new FormData(current);
    const answers = form.fields.map(({ key, kind }) => {
      const given = data.get(nameOf(key));
      return [key, kind === "checkbox" ? (given ? "true" : "") : typeof given === "string" ? given.trim() : ""] as const;
    });
    const given = answers.filter(([, answer]) => answer);
    const message = data.get("message");
    const chat = {
      visitor: {
        ...Object.fromEntries(given.filter(([key]) => key in COMPLETED)),
        fields: Object.fromEntries(given.filter(([key]) => !(key in COMPLETED))),
      },
      consent: data.has("consent"),
      message: typeof message === "string" ? message : "",
    };
    setBusy(true);
    setError(undefined);
    visitor
      .begin(chat)
      .catch((failure: unknown) => {
        setError(refusalOf(failure, form, chat));
      })
      .finally(() => {
        setBusy(false);
      });
  };

  const said = (field: string): string => (error?.field === field ? error.message : "");
  return (
    <form class="form" ref={element}>
      <p class="greeting" dir="auto">
        {!open && away_message ? away_message : theme.greeting}
      </p>
      {form.fields.map((field) => (
        <Question key={field.key} field={field} given={answerTo(field.key, asked)} error={said(nameOf(field.key))} />
      ))}
      <label class="field">
        <span>{text.message}</span>
        <textarea name="message" defaultValue={asked?.message ?? ""} rows={3} required maxLength={4000} dir="auto" {...marked("message", said("message"))} />
        <Problem field="message" message={said("message")} />
      </label>
      {form.consent && (
        <label class="tick">
          <input type="checkbox" name="consent" defaultChecked={asked?.consent ?? false} required {...marked("consent", said("consent"))} />
          <span dir="auto">{form.consent}</span>
          <Problem field="consent" message={said("consent")} />
        </label>
      )}
      <Problem field="" message={said("")} />
      <button type="submit" class="primary" disabled={busy} onClick={start}>
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
  const name = nameOf(key);
  const shared = { name, required, ...marked(name, error) };
  const problem = <Problem field={name} message={error} />;
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

function Problem({ field, message }: { readonly field: string; readonly message: string }) {
  if (!message) return null;
  return (
    <small class="error" id={`error-${field}`} role="alert">
      {message}
    </small>
  );
}

/** A field that was refused, and where it is said why. */
function marked(field: string, error: string): { readonly "aria-invalid": boolean; readonly "aria-describedby": string | undefined } {
  return { "aria-invalid": error !== "", "aria-describedby": error ? `error-${field}` : undefined };
}

const TYPES = { text: { type: "text" }, email: { type: "email" }, phone: { type: "tel" } } as const;
