/**
 * What is read on a screen, in the reader's language. A catalogue is an object of sentences, and of functions where a
 * sentence has a part that changes; English gives the type, so the compiler finds what another language lacks.
 */

import { createContext, use, type ReactNode } from "react";
import { english, type UiText } from "./english.ts";

interface Language<T extends { readonly ui: UiText }> {
  readonly locale: string;
  readonly text: T;
}

const Context = createContext<Language<{ readonly ui: UiText }>>({ locale: "en", text: { ui: english } });

export function LanguageProvider<T extends { readonly ui: UiText }>({
  locale,
  text,
  children,
}: Language<T> & { readonly children: ReactNode }) {
  return <Context value={{ locale, text }}>{children}</Context>;
}

/** The sentences of this package. */
export function useUiText(): UiText {
  return use(Context).text.ui;
}

/** The whole catalogue that the program has given to `LanguageProvider`; a program names its type once. */
export function useLanguage<T extends { readonly ui: UiText }>(): Language<T> {
  return use(Context) as Language<T>;
}

/** Picks the form that the language has for a number: `plural("en")(2, { one: "1 reply", other: "2 replies" })`. */
export function plural(locale: string) {
  const rules = new Intl.PluralRules(locale);
  return (count: number, forms: { readonly one: string; readonly other: string }): string =>
    rules.select(count) === "one" ? forms.one : forms.other;
}
