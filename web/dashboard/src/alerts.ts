/** Says that somebody waits, where nobody looks: by a sound, on the desktop, and in the title. */

import type { Conversation } from "@parlance/sdk";
import { play } from "@parlance/ui/sound";
import { useEffect, useSyncExternalStore } from "react";
import type { Inbox } from "./inbox/inbox.ts";
import { useWords, words } from "./words/words.tsx";

export function useAlerts(inbox: Inbox | undefined, me: string): void {
  useEffect(() => {
    if (!inbox) return;
    const stop = inbox.listenToNews(({ before, after, isNew }) => {
      const wrote = after.last_message?.sender.id === after.guest && after.seq > (before?.seq ?? 0);
      const concerns = after.assignee === null || after.assignee.id === me;
      if (isNew) alert(words().newChat, after);
      else if (wrote && concerns && document.visibilityState !== "visible") alert(nameOf(after), after);
    });
    // A browser asks its user, and wants a reason: that is the first click on this page.
    const ask = (): void => {
      if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
    };
    addEventListener("click", ask, { once: true });
    return () => {
      stop();
      removeEventListener("click", ask);
    };
  }, [inbox, me]);

  const counts = useSyncExternalStore(inbox?.listen ?? never, () => inbox?.counts);
  const waiting = (counts?.mine ?? 0) + (counts?.unassigned ?? 0);
  const { product } = useWords();
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${product}` : product;
  }, [waiting, product]);
}

export function nameOf({ visitor }: Conversation): string {
  return visitor.name || visitor.email || words().unnamed;
}

function alert(title: string, conversation: Conversation): void {
  play();
  if (document.visibilityState === "visible" || !("Notification" in window) || Notification.permission !== "granted") return;
  const body = conversation.last_message?.body ?? nameOf(conversation);
  const shown = new Notification(title, { body, tag: conversation.room, icon: "/icon-192.png" });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}

function never(): () => void {
  return () => undefined;
}
