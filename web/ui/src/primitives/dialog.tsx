import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useUiText } from "../i18n/text.tsx";
import { IconButton } from "./button.tsx";
import styles from "./dialog.module.css";

interface DialogProps {
  readonly title: string;
  readonly description?: string;
  readonly size?: "small" | "medium" | "large";
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** In front of everything until it is closed. Takes the focus, and gives it back. */
export function Dialog({ title, description, size = "small", onClose, children }: DialogProps) {
  const text = useUiText();
  return (
    <Radix.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className={styles["scrim"]} />
        <Radix.Content className={[styles["dialog"], styles[size]].join(" ")} {...(!description && { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            // Nothing asks for the focus, so the dialog takes it itself: its first button is the one that closes it.
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
        >
          <header className={styles["header"]}>
            <Radix.Title className={styles["title"]}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={text.close}>
                <X size={18} strokeWidth={1.5} />
              </IconButton>
            </Radix.Close>
          </header>
          {description && <Radix.Description className={styles["description"]}>{description}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
