/** Those who want to hear of something. One that throws does not keep the others from hearing it. */
export class Listeners<T = void> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Returns how to stop listening. */
  readonly add = (listener: (value: T) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(value: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
