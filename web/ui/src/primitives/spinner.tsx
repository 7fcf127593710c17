import styles from "./spinner.module.css";

/** Turns while something is under way; what that is must be said beside it. */
export function Spinner() {
  return <span aria-hidden className={styles["spinner"]} />;
}
