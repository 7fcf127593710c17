import { applyTheme, ToastProvider } from "@parlance/ui";
import { useEffect, useSyncExternalStore } from "react";
import { ChatProvider } from "./session/hooks.ts";
import type { BrowserSession } from "./session/session.ts";
import { SessionProvider } from "./session/session-context.ts";
import { nextPage } from "./session/next-page.ts";
import { usePreferences } from "./settings/preferences.ts";
import { Shell } from "./shell/shell.tsx";
import { Starting } from "./shell/starting.tsx";
import { SignIn } from "./sign-in/sign-in.tsx";
import { Language } from "./text/language.tsx";

export function App({ session }: { readonly session: BrowserSession }) {
  const state = useSyncExternalStore(session.listen, () => session.state);
  const { theme } = usePreferences();
  useEffect(() => {
    applyTheme(theme);
  }, [theme]);
  const signedIn = state.type === "signed-in";
  useEffect(() => {
    const next = signedIn && nextPage();
    if (next) location.replace(next);
  }, [signedIn]);
  return (
    <Language>
      <SessionProvider value={session}>
        <ToastProvider>
          {state.type === "signed-in" ? (
            <ChatProvider value={state.chat}>
              <Shell key={state.chat.user.id} />
            </ChatProvider>
          ) : state.type === "signed-out" ? (
            <SignIn expired={state.expired} />
          ) : (
            <Starting unreachable={state.type === "unreachable"} />
          )}
        </ToastProvider>
      </SessionProvider>
    </Language>
  );
}
