import type { Attachment } from "@parlance/sdk";
import { lazy, Suspense, useState } from "react";
import styles from "./attachments.module.css";
import { FileRow } from "./file-row.tsx";
import { isPicture } from "./measures.ts";
import { Picture } from "./picture.tsx";

const Lightbox = lazy(() => import("./lightbox.tsx"));

/** The files of a message: pictures, which open large, and everything else to save. */
export function Attachments({ attachments }: { readonly attachments: readonly Attachment[] }) {
  const [opened, setOpened] = useState<Attachment>();
  const pictures = attachments.filter(isPicture);
  return (
    <div className={styles["attachments"]}>
      {pictures.map((attachment) => (
        <Picture
          key={attachment.id}
          attachment={attachment}
          onOpen={() => {
            setOpened(attachment);
          }}
        />
      ))}
      {attachments
        .filter((attachment) => !isPicture(attachment))
        .map((attachment) => (
          <FileRow key={attachment.id} attachment={attachment} />
        ))}
      {opened && (
        <Suspense>
          <Lightbox
            pictures={pictures}
            shown={opened}
            onShow={setOpened}
            onClose={() => {
              setOpened(undefined);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
