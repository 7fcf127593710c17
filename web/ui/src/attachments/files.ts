/** Where the bytes of what messages carry come from. */

import type { Attachment } from "@parlance/sdk";
import { useEffect, useState } from "react";
import { useMessageSetting } from "../message/actions.ts";

export type Variant = "original" | "thumbnail";

/** Gives an address that an element of the page can load; fails when the file cannot be had. */
export type FileSource = (attachment: Attachment, variant: Variant) => Promise<string>;

interface FileUrl {
  /** Undefined until it is known. */
  readonly url: string | undefined;
  readonly failed: boolean;
}

const UNKNOWN: FileUrl = { url: undefined, failed: false };

export function useFileUrl(attachment: Attachment, variant: Variant): FileUrl {
  const { fileUrl } = useMessageSetting();
  const [found, setFound] = useState(UNKNOWN);
  useEffect(() => {
    let wanted = true;
    const take = (result: FileUrl): void => {
      if (wanted) setFound(result);
    };
    fileUrl(attachment, variant).then(
      (url) => {
        take({ url, failed: false });
      },
      () => {
        take({ url: undefined, failed: true });
      },
    );
    return () => {
      wanted = false;
      setFound(UNKNOWN);
    };
  }, [fileUrl, attachment, variant]);
  return found;
}
