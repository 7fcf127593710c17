import type { Message } from "@parlance/sdk";
import { useToast, type MessageActions } from "@parlance/ui";
import { useMemo } from "react";
import { useOpen } from "../places/use-opened.ts";
import { useChat } from "../session/hooks.ts";
import { copy } from "../shell/copy.ts";
import { useText } from "../text/language.tsx";
import type { Composing } from "./use-composing.ts";

/** Messages are named by their ids when they are replied to, so there is no shorter way than page by page. */
const MOST_PAGES_BACK = 30;
const PAGE = 100;

/** What can be done with the messages of a room. */
export function useMessageActions(
  roomId: string,
  { reply, edit }: Composing,
  goTo: (messageId: string) => void,
  remove: (message: Message) => void,
): MessageActions {
  const text = useText();
  const { client, timelines } = useChat();
  const show = useToast();
  const open = useOpen();
  return useMemo(
    () => ({
      reply,
      edit,
      remove,
      react: (message, emoji, on) => {
        client.react(roomId, message.id, emoji, on).catch(() => undefined); // what is shown is what is stored
      },
      copyLink: ({ seq }) => {
        void copy(`${location.origin}/rooms/${roomId}/messages/${seq}`).then(() => {
          show({ text: text.linkCopied });
        });
      },
      retry: (messageId) => {
        timelines.retry(roomId, messageId);
      },
      dismiss: (messageId) => {
        timelines.dismiss(roomId, messageId);
      },
      openProfile: (userId) => {
        open({ dialog: "person", person: userId });
      },
      jumpTo: (messageId) => void jump(messageId),
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- jump is made of these
    [reply, edit, remove, client, timelines, roomId, goTo, open, show, text],
  );

  /** What was replied to may lie further back than what is loaded: load page after page until it is there. */
  async function jump(messageId: string): Promise<void> {
    const known = (): boolean => timelines.shown(roomId).entries.some(({ message }) => message.id === messageId);
    for (let pages = 0; pages < MOST_PAGES_BACK && !known() && !timelines.shown(roomId).complete; pages += 1) {
      const { first } = timelines.shown(roomId);
      await timelines.loadOlder(roomId, PAGE);
      if (timelines.shown(roomId).first === first) break;
    }
    if (known()) goTo(messageId);
    else show({ text: text.tooFarBack });
  }
}
