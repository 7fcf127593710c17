import type { Message } from "@parlance/sdk";
import { createContext, use } from "react";
import type { FileSource } from "../attachments/files.ts";

/** What can be done with messages. What is missing is not offered. */
export interface MessageActions {
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
  readonly remove: (message: Message) => void;
  readonly react: (message: Message, emoji: string, on: boolean) => void;
  readonly copyLink: (message: Message) => void;
  readonly retry: (messageId: string) => void;
  readonly dismiss: (messageId: string) => void;
  readonly openProfile: (userId: string) => void;
  /** Go to the message that was replied to. */
  readonly jumpTo: (messageId: string) => void;
}

/** What all messages of a list have in common. */
export interface MessageSetting {
  /** One's own id and name. */
  readonly me: { readonly id: string; readonly name: string };
  /** Everybody who can be mentioned. */
  readonly names: readonly string[];
  /** By id, for those who have reacted. */
  readonly nameOf: (userId: string) => string;
  /** May delete what others wrote. */
  readonly moderates: boolean;
  /** Whether a message is a note, that not everybody in the conversation sees; none is, where it is missing. */
  readonly isNote?: ((message: Message) => boolean) | undefined;
  /** Must stay the same function while the list is shown. */
  readonly fileUrl: FileSource;
  readonly actions: MessageActions;
}

const Context = createContext<MessageSetting | undefined>(undefined);

export const MessageSettingProvider = Context;

export function useMessageSetting(): MessageSetting {
  const setting = use(Context);
  if (!setting) throw new Error("Messages stand inside a MessageSettingProvider.");
  return setting;
}
