import type { Attachment } from "@parlance/sdk";
import { ImageOff } from "lucide-react";
import { useUiText } from "../i18n/text.tsx";
import styles from "./attachments.module.css";
import { useFileUrl } from "./files.ts";
import { pictureSize } from "./measures.ts";

interface PictureProps {
  readonly attachment: Attachment;
  readonly onOpen: () => void;
}

/** A small picture, in a place that is as large as it will be. */
export function Picture({ attachment, onOpen }: PictureProps) {
  const text = useUiText();
  const { url, failed } = useFileUrl(attachment, "thumbnail");
  const { width, height } = pictureSize(attachment);
  return (
    <button
      type="button"
      className={styles["picture"]}
      style={{ inlineSize: width, aspectRatio: `${width} / ${height}` }}
      aria-label={text.openPicture(attachment.name)}
      onClick={onOpen}
    >
      {failed ? <ImageOff size={20} strokeWidth={1.5} /> : url && <img src={url} alt={attachment.name} />}
    </button>
  );
}
