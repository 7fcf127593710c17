import { plural } from "./text.tsx";

const count = plural("en");

export const english = {
  close: "Close",
  cancel: "Cancel",
  showPassword: "Show password",
  hidePassword: "Hide password",
  online: "online",
  guest: "Guest",
  you: "you",

  messages: "Messages",
  noMessages: "Nothing has been said here yet.",
  begin: "This is where it begins.",
  loadingOlder: "Loading older messages…",
  newMessages: "New",
  newBelow: (number: number) => count(number, { one: "1 new message", other: `${number} new messages` }),
  jumpToLatest: "Jump to the latest",
  today: "Today",
  yesterday: "Yesterday",
  edited: "edited",
  deletedMessage: "This message was deleted.",
  repliesTo: (name: string) => `Reply to ${name}`,
  replyGone: "A message further up",
  sending: "Sending…",
  failed: "Not sent.",
  retry: "Retry",
  remove: "Delete",
  react: "React",
  reply: "Reply",
  edit: "Edit",
  copyLink: "Copy link",
  copyCode: "Copy code",
  copied: "Copied",
  reaction: (emoji: string, number: number, names: string, mine: boolean) =>
    `${emoji} ${number}, from ${names}. ${mine ? "Take yours back" : "Add yours"}`,
  messageActions: "Message actions",

  send: "Send",
  writeTo: (room: string) => `Message ${room}`,
  charactersLeft: (left: number) =>
    left < 0
      ? count(-left, { one: "1 character too many", other: `${-left} characters too many` })
      : count(left, { one: "1 character left", other: `${left} characters left` }),
  replyingTo: (name: string) => `Replying to ${name}`,
  editing: "Editing your message",
  save: "Save",
  attach: "Attach files",
  attached: "Files to send",
  removeFile: (name: string) => `Remove ${name}`,
  uploading: "Uploading…",
  fileTooLarge: "Larger than 10 MB",
  tooManyFiles: (most: number) => `Only ${most} files fit into one message`,
  fileFailed: "Not uploaded.",
  download: (name: string) => `Save ${name}`,
  openPicture: (name: string) => `Open ${name}`,
  previousPicture: "Previous picture",
  nextPicture: "Next picture",
  fileUnavailable: "This file cannot be had right now.",
  people: "People",
  emoji: "Emoji",
  findEmoji: "Find an emoji",
  noEmoji: "No emoji has that name.",
  typing: (names: readonly string[]) =>
    names.length === 1
      ? `${names[0]} is writing…`
      : names.length === 2
        ? `${names[0]} and ${names[1]} are writing…`
        : "Several people are writing…",
};

type Sentence<T> = T extends string ? string : T;

export type UiText = { readonly [Key in keyof typeof english]: Sentence<(typeof english)[Key]> };
