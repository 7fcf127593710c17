import { Dialog } from "@parlance/ui/dialog";
import { useText } from "../text/language.tsx";
import styles from "./shortcuts.module.css";

const MODIFIER = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

/** The sheet of keys. */
export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const keys: readonly (readonly [string, readonly string[]])[] = [
    [text.shortcutGoTo, [MODIFIER, "K"]],
    [text.shortcutRooms, ["Alt", "↑ ↓"]],
    [text.shortcutSearch, [MODIFIER, "Shift", "F"]],
    [text.shortcutEditLast, ["↑"]],
    [text.shortcutLine, ["Shift", "Enter"]],
    [text.shortcutClose, ["Esc"]],
    [text.shortcutHelp, ["?"]],
  ];
  return (
    <Dialog title={text.shortcuts} onClose={onClose}>
      <dl className={styles["keys"]}>
        {keys.map(([what, combination]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {combination.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
