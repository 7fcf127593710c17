import { createContext, use } from "react";

/** What opens in front of everything. Each is loaded when it is first wanted. */
export type DialogName =
  | { readonly type: "go-to" }
  | { readonly type: "explore" }
  | { readonly type: "new-room" }
  | { readonly type: "settings" }
  | { readonly type: "shortcuts" }
  | { readonly type: "edit-room"; readonly room: string }
  | { readonly type: "invite"; readonly room: string }
  | { readonly type: "delete-room"; readonly room: string };

const Context = createContext<(dialog: DialogName) => void>(() => undefined);

export const DialogProvider = Context;

export const useDialog = (): ((dialog: DialogName) => void) => use(Context);
