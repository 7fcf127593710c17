import type { Person } from "@parlance/sdk";
import { useUiText } from "../i18n/text.tsx";
import styles from "./typing-line.module.css";

interface TypingLineProps {
  readonly people: readonly Person[];
  /** What is to be said while nobody is writing. */
  readonly otherwise?: string | undefined;
}

/** Who is writing. Its height is always there. */
export function TypingLine({ people, otherwise }: TypingLineProps) {
  const text = useUiText();
  return (
    <div className={styles["line"]} role="status">
      {people.length > 0 ? text.typing(people.map(({ name }) => name)) : otherwise}
    </div>
  );
}
