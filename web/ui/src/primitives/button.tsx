import type { ButtonHTMLAttributes, ReactNode } from "react";
import styles from "./button.module.css";
import { Spinner } from "./spinner.tsx";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: "primary" | "secondary" | "quiet" | "danger";
  readonly size?: "medium" | "small";
  /** What it does is under way: it shows that and takes no clicks. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

export function Button({ variant = "secondary", size = "medium", busy = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      {...rest}
      {...(busy && { onClick: undefined })}
      className={[styles["button"], styles[variant], styles[size], rest.className].filter(Boolean).join(" ")}
    >
      {busy && <Spinner />}
      <span className={styles["label"]}>{children}</span>
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Says what it does; shown on hover, too. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A button that shows an icon only. */
export function IconButton({ label, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={[styles["icon"], rest.className].filter(Boolean).join(" ")}
    >
      {children}
    </button>
  );
}
