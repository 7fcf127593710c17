import styles from "./resizer.module.css";
import { NARROWEST, WIDEST } from "./use-rooms-width.ts";

const STEP = 16;

interface ResizerProps {
  readonly label: string;
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

/** The edge of a pane, to be dragged, or moved with the arrow keys. */
export function Resizer({ label, width, onWidth }: ResizerProps) {
  return (
    <div
      className={styles["edge"]}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        onWidth(event.clientX - event.currentTarget.parentElement!.getBoundingClientRect().left);
      }}
      onKeyDown={(event) => {
        const by = event.key === "ArrowRight" ? STEP : event.key === "ArrowLeft" ? -STEP : 0;
        if (by) onWidth(width + by);
      }}
    />
  );
}
