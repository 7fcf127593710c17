/** How good a password is, roughly: what the server insists on, and how much there is to guess. */

export const MIN_PASSWORD_CHARACTERS = 10;

/** 0: not accepted, to 4: strong. */
export function passwordStrength(password: string): 0 | 1 | 2 | 3 | 4 {
  if (password.length < MIN_PASSWORD_CHARACTERS) return 0;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const different = new Set(password).size;
  const guesses = Math.min(password.length, different * 1.6) * Math.log2(10 + 16 * kinds);
  if (guesses < 45) return 1;
  if (guesses < 65) return 2;
  return guesses < 90 ? 3 : 4;
}
