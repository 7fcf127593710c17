import { MAX_ATTACHMENTS } from "@parlance/sdk/limits";
import { RotateCw, TriangleAlert, X } from "lucide-react";
import { FileIcon } from "../attachments/file-icon.tsx";
import { fileSize } from "../attachments/measures.ts";
import { useLanguage, useUiText } from "../i18n/text.tsx";
import { IconButton } from "../primitives/button.tsx";
import { Spinner } from "../primitives/spinner.tsx";
import styles from "./chips.module.css";

/** A file that is to be sent with what is being written. */
export interface Upload {
  readonly key: string;
  readonly file: File;
  /** An address that shows it, for pictures. */
  readonly preview: string | undefined;
  readonly state: "waiting" | "ready" | "failed" | "too-large" | "too-many";
  /** Why it failed, for people. */
  readonly error?: string | undefined;
}

interface ChipsProps {
  readonly uploads: readonly Upload[];
  readonly onRemove: (key: string) => void;
  readonly onRetry: (key: string) => void;
}

/** The files that wait above what is being written. */
export function Chips({ uploads, onRemove, onRetry }: ChipsProps) {
  const text = useUiText();
  if (uploads.length === 0) return null;
  return (
    <ul className={styles["chips"]} aria-label={text.attached}>
      {uploads.map((upload) => (
        <li key={upload.key} className={styles["chip"]} data-state={upload.state}>
          <Sign upload={upload} />
          <span className={styles["about"]}>
            <bdi className={styles["name"]}>{upload.file.name}</bdi>
            <Said upload={upload} />
          </span>
          {upload.state === "failed" && (
            <IconButton
              label={text.retry}
              onClick={() => {
                onRetry(upload.key);
              }}
            >
              <RotateCw size={16} strokeWidth={1.5} />
            </IconButton>
          )}
          <IconButton
            label={text.removeFile(upload.file.name)}
            onClick={() => {
              onRemove(upload.key);
            }}
          >
            <X size={16} strokeWidth={1.5} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

function Sign({ upload: { file, preview, state } }: { readonly upload: Upload }) {
  if (state === "waiting") return <Spinner />;
  if (state !== "ready") return <TriangleAlert size={20} strokeWidth={1.5} />;
  return preview ? <img src={preview} alt="" /> : <FileIcon mediaType={file.type} />;
}

function Said({ upload: { file, state, error } }: { readonly upload: Upload }) {
  const text = useUiText();
  const { locale } = useLanguage();
  const said = {
    waiting: text.uploading,
    ready: fileSize(file.size, locale),
    failed: error ?? text.fileFailed,
    "too-large": text.fileTooLarge,
    "too-many": text.tooManyFiles(MAX_ATTACHMENTS),
  };
  return (
    <span className={styles["said"]} role={state === "waiting" || state === "ready" ? undefined : "alert"}>
      {said[state]}
    </span>
  );
}
