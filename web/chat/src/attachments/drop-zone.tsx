import { useState, type DragEvent, type ReactNode } from "react";
import { useText } from "../text/language.tsx";
import styles from "./drop-zone.module.css";

interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: ReactNode;
}

/** Where files can be let go of to send them; says so while some are held above it. */
export function DropZone({ onFiles, children }: DropZoneProps) {
  const text = useText();
  const [above, setAbove] = useState(false);
  return (
    <div
      className={styles["zone"]}
      onDragOver={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setAbove(true);
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) setAbove(false);
      }}
      onDrop={(event) => {
        setAbove(false);
        if (!holdsFiles(event)) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {above && <div className={styles["cover"]}>{text.dropFiles}</div>}
    </div>
  );
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes("Files");
}
