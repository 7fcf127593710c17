import styles from "./avatar.module.css";

interface AvatarProps {
  readonly id: string;
  readonly name: string;
  readonly size?: 20 | 24 | 32 | 36 | 64;
  /** Whether they are there; says nothing when it is not known. */
  readonly online?: boolean | undefined;
}

/** Initials on a colour of one's own. It says nothing that the name beside it does not say. */
export function Avatar({ id, name, size = 32, online }: AvatarProps) {
  return (
    <span
      aria-hidden
      className={styles["avatar"]}
      style={{ inlineSize: size, blockSize: size, fontSize: size * 0.4, ["--hue" as string]: hueOf(id) }}
    >
      {initials(name)}
      {online !== undefined && <span className={styles["presence"]} data-online={online} />}
    </span>
  );
}

export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.map((word) => /[\p{L}\p{N}]/u.exec(word)![0]);
  return (letters.length > 1 ? `${letters[0]}${letters.at(-1)}` : (letters[0] ?? "?")).toLocaleUpperCase();
}

/** The same for the same person everywhere. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return (hash % 24) * 15;
}
