import { Eye, EyeOff } from "lucide-react";
import { useId, useState, type InputHTMLAttributes, type ReactNode } from "react";
import { useUiText } from "../i18n/text.tsx";
import { IconButton } from "./button.tsx";
import styles from "./field.module.css";

interface FieldProps {
  readonly label: string;
  /** What is wrong with what was entered. */
  readonly error?: string | undefined;
  readonly hint?: ReactNode;
}

type TextFieldProps = FieldProps & InputHTMLAttributes<HTMLInputElement> & { readonly trailing?: ReactNode };

export function TextField({ label, error, hint, trailing, ...rest }: TextFieldProps) {
  const id = useId();
  const notes = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className={styles["field"]}>
      <label htmlFor={id} className={styles["label"]}>
        {label}
      </label>
      <div className={styles["box"]} data-invalid={error ? true : undefined}>
        <input
          {...rest}
          id={id}
          className={styles["input"]}
          aria-invalid={error ? true : undefined}
          aria-describedby={notes || undefined}
        />
        {trailing}
      </div>
      {error && (
        <p id={`${id}-error`} className={styles["error"]} role="alert">
          {error}
        </p>
      )}
      {hint && (
        <div id={`${id}-hint`} className={styles["hint"]}>
          {hint}
        </div>
      )}
    </div>
  );
}

/** What is entered can be looked at. */
export function PasswordField(props: Omit<TextFieldProps, "type" | "trailing">) {
  const text = useUiText();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      spellCheck={false}
      trailing={
        <IconButton
          label={shown ? text.hidePassword : text.showPassword}
          onClick={() => {
            setShown(!shown);
          }}
        >
          {shown ? <EyeOff size={18} strokeWidth={1.5} /> : <Eye size={18} strokeWidth={1.5} />}
        </IconButton>
      }
    />
  );
}

interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, hint, checked, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles["switchRow"]}>
      <label htmlFor={id}>
        {label}
        {hint && <span className={styles["hint"]}>{hint}</span>}
      </label>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={checked}
        className={styles["switch"]}
        onClick={() => {
          onChange(!checked);
        }}
      />
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few. */
export function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <fieldset className={styles["choice"]}>
      <legend className={styles["label"]}>{label}</legend>
      <div className={styles["segments"]}>
        {options.map((option) => (
          <label key={option.value} className={styles["segment"]}>
            <input
              type="radio"
              name={label}
              checked={option.value === value}
              onChange={() => {
                onChange(option.value);
              }}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
