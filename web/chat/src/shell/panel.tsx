import { IconButton } from "@parlance/ui";
import { X } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { useText } from "../text/language.tsx";
import styles from "./panel.module.css";

interface PanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Stands beside a room, on a phone in front of it. */
export function Panel({ title, onClose, children }: PanelProps) {
  const text = useText();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    };
    addEventListener("keydown", onKeyDown);
    return () => {
      removeEventListener("keydown", onKeyDown);
    };
  }, [onClose]);
  return (
    <aside className={styles["panel"]} aria-label={title}>
      <header className={styles["header"]}>
        <h2>{title}</h2>
        <IconButton label={text.ui.close} onClick={onClose}>
          <X size={18} strokeWidth={1.5} />
        </IconButton>
      </header>
      {children}
    </aside>
  );
}
