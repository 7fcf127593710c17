import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import { Button } from "./button.tsx";
import styles from "./toast.module.css";

const SHOWN_SECONDS = 6;

interface Toast {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

type Show = (toast: Toast) => void;

const Context = createContext<Show>(() => undefined);

/** Shows a sentence for some seconds, with something that can be done about it. */
export const useToast = (): Show => use(Context);

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly (Toast & { readonly id: number })[]>([]);
  const hide = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);
  const show = useCallback(
    (toast: Toast) => {
      const id = performance.now();
      setToasts((shown) => [...shown.slice(-2), { ...toast, id }]);
      setTimeout(hide, SHOWN_SECONDS * 1000, id);
    },
    [hide],
  );
  const list = useMemo(
    () => (
      <div className={styles["toasts"]} role="status">
        {toasts.map(({ id, text, action }) => (
          <div key={id} className={styles["toast"]}>
            {text}
            {action && (
              <Button
                size="small"
                variant="secondary"
                onClick={() => {
                  action.run();
                  hide(id);
                }}
              >
                {action.label}
              </Button>
            )}
          </div>
        ))}
      </div>
    ),
    [toasts, hide],
  );
  return (
    <Context value={show}>
      {children}
      {list}
    </Context>
  );
}
