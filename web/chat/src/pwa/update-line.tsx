import { Button } from "@parlance/ui";
import { useText } from "../text/language.tsx";
import { useUpdate } from "./update.ts";
import styles from "./update-line.module.css";

/** Offers the new version, when there is one. */
export function UpdateLine() {
  const text = useText();
  if (!useUpdate()) return null;
  return (
    <div className={styles["line"]} role="status">
      {text.updateReady}
      <Button
        size="small"
        onClick={() => {
          location.reload();
        }}
      >
        {text.reload}
      </Button>
    </div>
  );
}
