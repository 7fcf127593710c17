import type { Attachment } from "@parlance/sdk";
import type { ComposerFiles } from "@parlance/ui";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useChat } from "../session/hooks.ts";

interface RoomUploads {
  readonly files: ComposerFiles;
  readonly take: () => readonly Attachment[];
}

/** The files that wait to be sent to a room. */
export function useUploads(roomId: string): RoomUploads {
  const { uploads } = useChat();
  const waiting = useSyncExternalStore(
    uploads.listen,
    useCallback(() => uploads.of(roomId), [uploads, roomId]),
  );
  return useMemo(
    () => ({
      files: {
        uploads: waiting,
        onAdd: (files: readonly File[]) => {
          uploads.add(roomId, files);
        },
        onRemove: (key: string) => {
          uploads.remove(roomId, key);
        },
        onRetry: (key: string) => {
          uploads.retry(roomId, key);
        },
      },
      take: () => uploads.take(roomId),
    }),
    [uploads, roomId, waiting],
  );
}
