import type { Attachment } from "@parlance/sdk";
import { Download } from "lucide-react";
import { useState } from "react";
import { useLanguage, useUiText } from "../i18n/text.tsx";
import { useMessageSetting } from "../message/actions.ts";
import { Spinner } from "../primitives/spinner.tsx";
import styles from "./attachments.module.css";
import { FileIcon } from "./file-icon.tsx";
import { save } from "./save.ts";
import { fileSize } from "./measures.ts";

/** A file that is not shown: its name, and a way to save it. */
export function FileRow({ attachment }: { readonly attachment: Attachment }) {
  const text = useUiText();
  const { locale } = useLanguage();
  const { fileUrl } = useMessageSetting();
  const [state, setState] = useState<"idle" | "loading" | "failed">("idle");
  const { name, size_bytes } = attachment;
  const download = (): void => {
    if (state === "loading") return;
    setState("loading");
    fileUrl(attachment, "original").then(
      (url) => {
        save(url, name);
        setState("idle");
      },
      () => {
        setState("failed");
      },
    );
  };
  return (
    <button type="button" className={styles["file"]} aria-label={text.download(name)} aria-busy={state === "loading"} onClick={download}>
      <FileIcon mediaType={attachment.media_type} />
      <span className={styles["about"]}>
        <bdi className={styles["name"]}>{name}</bdi>
        <span className={styles["size"]} role={state === "failed" ? "alert" : undefined} data-failed={state === "failed" || undefined}>
          {state === "failed" ? text.fileUnavailable : size_bytes > 0 && fileSize(size_bytes, locale)}
        </span>
      </span>
      {state === "loading" ? <Spinner /> : <Download size={18} strokeWidth={1.5} />}
    </button>
  );
}
