import { Search } from "lucide-react";
import styles from "./search-field.module.css";

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Without a border of its own, at the head of a list. */
  readonly flat?: boolean;
}

export function SearchField({ label, value, onChange, flat = false }: SearchFieldProps) {
  return (
    <label className={styles["search"]} data-flat={flat || undefined}>
      <Search size={16} strokeWidth={1.5} />
      <input
        type="search"
        value={value}
        placeholder={label}
        aria-label={label}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </label>
  );
}
