export type Listen = (changed: () => void) => () => void;

/** Tells at most once for each frame that is drawn: hundreds of changes in a moment are one. */
export function perFrame(listen: Listen): Listen {
  return (changed) => {
    let frame = 0;
    const stop = listen(() => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        changed();
      });
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  };
}
