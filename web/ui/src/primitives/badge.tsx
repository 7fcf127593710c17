import styles from "./badge.module.css";

/** How many; nothing for none. */
export function Badge({ count, quiet = false, label }: { count: number; quiet?: boolean; label: string }) {
  if (count === 0) return null;
  return (
    <span className={styles["badge"]} data-quiet={quiet || undefined} role="img" aria-label={label}>
      {count > 99 ? "99+" : count}
    </span>
  );
}
