import { Check, Circle } from "lucide-react";
import { useText } from "../text/language.tsx";
import { MIN_PASSWORD_CHARACTERS, passwordStrength } from "./password-strength.ts";
import styles from "./strength-meter.module.css";

/** The rules for a password as it is typed, and how good it is. */
export function StrengthMeter({ password, username }: { readonly password: string; readonly username: string }) {
  const text = useText();
  const strength = passwordStrength(password);
  const rules = [
    { rule: text.atLeast(MIN_PASSWORD_CHARACTERS), kept: password.length >= MIN_PASSWORD_CHARACTERS },
    { rule: text.notTheName, kept: password !== "" && password.toLowerCase() !== username.toLowerCase() },
  ];
  return (
    <div className={styles["meter"]}>
      <div className={styles["bar"]} data-strength={password ? strength : undefined} aria-hidden>
        <span />
        <span />
        <span />
        <span />
      </div>
      <ul className={styles["rules"]}>
        {rules.map(({ rule, kept }) => (
          <li key={rule} data-kept={kept || undefined}>
            {kept ? <Check size={13} strokeWidth={2} /> : <Circle size={13} strokeWidth={1.5} />}
            {rule}
          </li>
        ))}
        {password && <li className={styles["word"]}>{text.strength[strength]}</li>}
      </ul>
    </div>
  );
}
