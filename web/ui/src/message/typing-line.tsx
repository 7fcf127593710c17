import type { Person } from "@parlance/sdk";
import { useUiText } from "../i18n/text.tsx";
import styles from "./typing-line.module.css";

/** Who is writing. Its height is always there. */
export function TypingLine({ people }: { readonly people: readonly Person[] }) {
  const text = useUiText();
  return (
    <div className={styles["line"]} role="status">
      {people.length > 0 && text.typing(people.map(({ name }) => name))}
    </div>
  );
}
