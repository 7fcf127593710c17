export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type LanguageCode = keyof typeof LANGUAGES;

/** How dates and numbers are written: as where the reader is, if that is said for this language. */
export function localeOf(language: LanguageCode, languages: readonly string[]): string {
  return languages.find((locale) => locale.split("-")[0] === language) ?? language;
}

/** What the browser asks for, as far as there is a catalogue. */
export function preferredLanguage(languages: readonly string[]): LanguageCode {
  const codes = languages.map((language) => language.split("-")[0]!);
  return codes.find((code): code is LanguageCode => code in LANGUAGES) ?? "en";
}
