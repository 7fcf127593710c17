import type { Business } from "@parlance/sdk/rest";
import { Button, IconButton } from "@parlance/ui";
import { ArrowUp, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { Area, Section } from "./section.tsx";
import styles from "./settings.module.css";
import { useSaving } from "./use-saving.ts";

type Field = Business["form"]["fields"][number];

const KINDS = ["text", "textarea", "email", "phone", "select", "checkbox"] as const;
const MOST_FIELDS = 12;
const KNOWN: Readonly<Partial<Record<Field["kind"], string>>> = { email: "email", phone: "phone" };

/** What is asked before a chat. */
export function FormSettings() {
  const words = useWords();
  const { business, businesses } = useOpenBusiness();
  const saving = useSaving();
  const [fields, setFields] = useState<readonly Field[]>(business.form.fields);
  const [consent, setConsent] = useState(business.form.consent);
  const change = (index: number, changes: Partial<Field>): void => {
    setFields(fields.map((field, at) => (at === index ? { ...field, ...changes } : field)));
  };
  const up = (index: number): void => {
    setFields([...fields.slice(0, index - 1), fields[index]!, fields[index - 1]!, ...fields.slice(index + 1)]);
  };
  return (
    <Section saving={saving} onSave={async () => businesses.change(business, { form: { fields: fields.map(keyed), consent } })}>
      <h2>{words.fields}</h2>
      <ol className={styles["rows"]}>
        {fields.map((field, index) => (
          <li key={index} className={styles["card"]}>
            <div className={styles["row"]}>
              <label className={styles["grow"]}>
                <span>{words.fieldLabel}</span>
                <input value={field.label} required maxLength={120} dir="auto" onChange={({ target }) => { change(index, { label: target.value }); }} />
              </label>
              <label>
                <span>{words.fieldKind}</span>
                <select
                  value={field.kind}
                  onChange={({ target }) => {
                    const kind = target.value as Field["kind"];
                    change(index, { kind, options: kind === "select" ? field.options : [] });
                  }}
                >
                  {KINDS.map((kind) => (
                    <option key={kind} value={kind}>
                      {words.kinds[kind]}
                    </option>
                  ))}
                </select>
              </label>
              <label className={styles["tick"]}>
                <input type="checkbox" checked={field.required} onChange={({ target }) => { change(index, { required: target.checked }); }} />
                <span>{words.required}</span>
              </label>
              <IconButton label={`↑ ${field.label}`} disabled={index === 0} onClick={() => { up(index); }}>
                <ArrowUp size={16} strokeWidth={1.5} />
              </IconButton>
              <IconButton label={`${words.remove}: ${field.label}`} onClick={() => { setFields(fields.filter((_, at) => at !== index)); }}>
                <Trash2 size={16} strokeWidth={1.5} />
              </IconButton>
            </div>
            {field.kind === "select" && (
              <label className={styles["grow"]}>
                <span>{words.options}</span>
                <input
                  defaultValue={field.options.join(", ")}
                  required
                  dir="auto"
                  onChange={({ target }) => {
                    change(index, { options: target.value.split(",").map((option) => option.trim()).filter(Boolean) });
                  }}
                />
              </label>
            )}
          </li>
        ))}
      </ol>
      {fields.length < MOST_FIELDS && (
        <Button onClick={() => { setFields([...fields, { key: "", kind: "text", label: "", required: false, options: [] }]); }}>
          <Plus size={16} strokeWidth={1.5} /> {words.addField}
        </Button>
      )}
      <Area label={words.consent} hint={words.consentHint} value={consent} onChange={setConsent} />
    </Section>
  );
}

/** A field keeps its key for good, so that answers are found under it; a new one gets one that nobody has. */
function keyed(field: Field, index: number, all: readonly Field[]): Field {
  if (field.key) return field;
  const letters = field.label.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 28);
  const wanted = KNOWN[field.kind] ?? (letters || "field");
  const taken = new Set(all.filter((_, at) => at !== index).map(({ key }) => key));
  return { ...field, key: taken.has(wanted) ? `${wanted}_${index}` : wanted };
}
