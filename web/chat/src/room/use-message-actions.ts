import type { Message } from "@parlance/sdk";
import { useToast, type MessageActions } from "@parlance/ui";
import { useMemo } from "react";
import { useChat } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import type { Composing } from "./use-composing.ts";

/** What can be done with the messages of a room. */
export function useMessageActions(
  roomId: string,
  { reply, edit, point }: Composing,
  remove: (message: Message) => void,
): MessageActions {
  const text = useText();
  const { client, timelines } = useChat();
  const show = useToast();
  return useMemo(
    () => ({
      reply,
      edit,
      remove,
      react: (message, emoji, on) => {
        client.react(roomId, message.id, emoji, on).catch(() => undefined); // what is shown is what is stored
      },
      copyLink: ({ seq }) => {
        void navigator.clipboard.writeText(`${location.origin}/rooms/${roomId}/messages/${seq}`).then(() => {
          show({ text: text.linkCopied });
        });
      },
      retry: (messageId) => {
        timelines.retry(roomId, messageId);
      },
      dismiss: (messageId) => {
        timelines.dismiss(roomId, messageId);
      },
      jumpTo: (messageId) => void jump(messageId),
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- jump is made of these
    [reply, edit, remove, client, timelines, roomId, point, show, text],
  );

  /** What was replied to may lie further back than what is loaded: load page after page until it is there. */
  async function jump(messageId: string): Promise<void> {
    const timeline = timelines.get(roomId);
    const known = (): boolean => timeline.entries.some(({ message }) => message.id === messageId);
    while (!known() && !timeline.complete && timeline.live) {
      const before = timeline.first;
      await timelines.loadBackTo(roomId, before - 1);
      if (timeline.first === before) break;
    }
    point("");
    requestAnimationFrame(() => {
      point(messageId);
    });
  }
}
