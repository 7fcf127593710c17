/** “Ada, Bob and Grace”, as the language has it. */
export function listed(language: string, names: readonly string[]): string {
  return new Intl.ListFormat(language).format(names);
}
