import { Button } from "@parlance/ui";
import type { ReactNode, SyntheticEvent } from "react";
import { manages, useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import styles from "./settings.module.css";
import type { Saving } from "./use-saving.ts";

interface SectionProps {
  readonly saving: Saving;
  readonly onSave: () => Promise<unknown>;
  readonly label?: string;
  readonly children: ReactNode;
}

/** Settings that are saved together. Agents see them and change nothing. */
export function Section({ saving, onSave, label, children }: SectionProps) {
  const words = useWords();
  const { business } = useOpenBusiness();
  const mayChange = manages(business);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (mayChange && !saving.busy) saving.run(onSave);
  };
  return (
    <form className={styles["section"]} onSubmit={submit}>
      <fieldset disabled={!mayChange}>{children}</fieldset>
      {saving.error && (
        <p className={styles["error"]} role="alert">
          {saving.error.message}
        </p>
      )}
      {mayChange ? (
        <Button type="submit" variant="primary" busy={saving.busy}>
          {label ?? words.save}
        </Button>
      ) : (
        <p className={styles["hint"]}>{words.managersOnly}</p>
      )}
    </form>
  );
}

interface AreaProps {
  readonly label: string;
  readonly hint?: string;
  readonly rows?: number;
  readonly maxLength?: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function Area({ label, hint, rows = 3, maxLength = 500, value, onChange }: AreaProps) {
  return (
    <label className={styles["area"]}>
      <span>{label}</span>
      <textarea
        rows={rows}
        maxLength={maxLength}
        value={value}
        dir="auto"
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
      {hint && <small>{hint}</small>}
    </label>
  );
}
