import { useEffect, useState } from "preact/hooks";

/** Shows a model anew whenever it has changed: once for each picture, however often that is. */
export function useModel(model: { onChange: () => void }): void {
  const [, show] = useState(0);
  useEffect(() => {
    let waiting = false;
    model.onChange = () => {
      if (waiting) return;
      waiting = true;
      queueMicrotask(() => {
        waiting = false;
        show((count) => count + 1);
      });
    };
    show((count) => count + 1); // it may have changed before
    return () => {
      model.onChange = () => undefined;
    };
  }, [model]);
}
