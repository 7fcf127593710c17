import { ChatProvider } from "@parlance/chat/hooks";
import { Language } from "@parlance/chat/language";
import { usePreferences } from "@parlance/chat/preferences";
import type { BrowserSession } from "@parlance/chat/session";
import { applyTheme, Spinner, ToastProvider } from "@parlance/ui";
import { useEffect, useSyncExternalStore } from "react";
import { Router } from "wouter";
import { Desk } from "./desk.tsx";
import styles from "./app.module.css";
import { useWords, WordsProvider } from "./words/words.tsx";

/** Whoever is not logged in does that where everybody does, and comes back. */
const SIGN_IN = "/login?next=/dashboard";

export function App({ session }: { readonly session: BrowserSession }) {
  const state = useSyncExternalStore(session.listen, () => session.state);
  const { theme } = usePreferences();
  useEffect(() => {
    applyTheme(theme);
  }, [theme]);
  const signedOut = state.type === "signed-out";
  useEffect(() => {
    if (signedOut) location.replace(SIGN_IN);
  }, [signedOut]);
  return (
    <Language>
      <WordsProvider>
        <ToastProvider>
          {state.type === "signed-in" ? (
            <ChatProvider value={state.chat}>
              <Router base="/dashboard">
                <Desk key={state.chat.user.id} />
              </Router>
            </ChatProvider>
          ) : (
            <Starting isUnreachable={state.type === "unreachable"} />
          )}
        </ToastProvider>
      </WordsProvider>
    </Language>
  );
}

function Starting({ isUnreachable }: { readonly isUnreachable: boolean }) {
  const words = useWords();
  return (
    <div className={styles["starting"]} role="status">
      <Spinner /> {isUnreachable ? words.unreachable : words.starting}
    </div>
  );
}
