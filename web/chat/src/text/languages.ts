export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type LanguageCode = keyof typeof LANGUAGES;

/** What the browser asks for, as far as there is a catalogue. */
export function preferredLanguage(languages: readonly string[]): LanguageCode {
  const codes = languages.map((language) => language.split("-")[0]!);
  return codes.find((code): code is LanguageCode => code in LANGUAGES) ?? "en";
}
