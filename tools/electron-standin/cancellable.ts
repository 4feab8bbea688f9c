/** The first argument of Electron's events. */
export interface Cancellable {
  preventDefault(): void;
  readonly defaultPrevented: boolean;
}

/** An event whose default a listener may prevent, with the details Electron puts on it. */
export function cancellable<T extends object>(details: T): T & Cancellable {
  let prevented = false;
  return Object.defineProperties(details, {
    preventDefault: {
      value: () => {
        prevented = true;
      },
    },
    defaultPrevented: { get: () => prevented },
  }) as T & Cancellable;
}
