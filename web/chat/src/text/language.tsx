import { LanguageProvider, useLanguage } from "@parlance/ui";
import { useEffect, useState, type ReactNode } from "react";
import { usePreferences } from "../settings/preferences.ts";
import { english, type ChatText } from "./english.ts";
import { localeOf } from "./languages.ts";

/** The sentences of the chat in the reader's language. */
export function useText(): ChatText {
  return useLanguage<ChatText>().text;
}

export function useLocale(): string {
  return useLanguage().locale;
}

/** English is there at once; another catalogue is loaded. */
export function Language({ children }: { readonly children: ReactNode }) {
  const { language } = usePreferences();
  const [german, setGerman] = useState<ChatText>();
  useEffect(() => {
    document.documentElement.lang = language;
    if (language !== "de") return;
    void import("./german.ts").then((catalogue) => {
      setGerman(catalogue.german);
    });
  }, [language]);
  return (
    <LanguageProvider locale={localeOf(language, navigator.languages)} text={language === "de" && german ? german : english}>
      {children}
    </LanguageProvider>
  );
}
