import type { Attachment } from "@parlance/sdk";
import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useUiText } from "../i18n/text.tsx";
import { IconButton } from "../primitives/button.tsx";
import { useFileUrl } from "./files.ts";
import styles from "./lightbox.module.css";
import { save } from "./save.ts";

interface LightboxProps {
  /** All that one can go through. */
  readonly pictures: readonly Attachment[];
  readonly shown: Attachment;
  readonly onShow: (picture: Attachment) => void;
  readonly onClose: () => void;
}

/** One picture, as large as there is room for. The arrows go to the others of its message. */
export default function Lightbox({ pictures, shown, onShow, onClose }: LightboxProps) {
  const text = useUiText();
  const small = useFileUrl(shown, "thumbnail");
  const large = useFileUrl(shown, "original");
  const url = large.url ?? small.url;
  const at = pictures.indexOf(shown);
  const go = (steps: number): void => {
    const next = pictures[at + steps];
    if (next) onShow(next);
  };
  return (
    <Radix.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className={styles["scrim"]} />
        <Radix.Content
          className={styles["lightbox"]}
          aria-describedby={undefined}
          onKeyDown={({ key }) => {
            if (key === "ArrowLeft") go(-1);
            if (key === "ArrowRight") go(1);
          }}
        >
          <header className={styles["header"]}>
            <Radix.Title className={styles["title"]} dir="auto">
              {shown.name}
            </Radix.Title>
            <IconButton
              label={text.download(shown.name)}
              disabled={!large.url}
              onClick={() => {
                if (large.url) save(large.url, shown.name);
              }}
            >
              <Download size={18} strokeWidth={1.5} />
            </IconButton>
            <Radix.Close asChild>
              <IconButton label={text.close}>
                <X size={20} strokeWidth={1.5} />
              </IconButton>
            </Radix.Close>
          </header>
          <div className={styles["stage"]} onClick={onClose}>
            {large.failed && <p className={styles["failed"]}>{text.fileUnavailable}</p>}
            {url && !large.failed && (
              <img
                key={shown.id}
                src={url}
                alt={shown.name}
                width={shown.width}
                height={shown.height}
                onClick={(event) => {
                  event.stopPropagation();
                }}
              />
            )}
          </div>
          {pictures.length > 1 && (
            <footer className={styles["footer"]}>
              <IconButton
                label={text.previousPicture}
                disabled={at === 0}
                onClick={() => {
                  go(-1);
                }}
              >
                <ChevronLeft size={20} strokeWidth={1.5} />
              </IconButton>
              <span>
                {at + 1} / {pictures.length}
              </span>
              <IconButton
                label={text.nextPicture}
                disabled={at === pictures.length - 1}
                onClick={() => {
                  go(1);
                }}
              >
                <ChevronRight size={20} strokeWidth={1.5} />
              </IconButton>
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
