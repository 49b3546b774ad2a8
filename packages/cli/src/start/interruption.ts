/** Ctrl-C or SIGTERM, listened to from the first step on, so that what has started by then is stopped in order. */
export interface Interruption {
  /** Resolves when the person wants to end; rejects when something the caller watches fails first. */
  wait(failed: Promise<never>): Promise<void>;
  /** Between two steps: throws when the person wants to end. */
  check(): void;
  end(): void;
}

/** Not a failure: whoever catches it says nothing. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** `onAsked` is told at once. A second signal ends the process without further ado. */
export function listenForInterruption(onAsked: () => void): Interruption {
  let isAsked = false;
  let resolveAsked: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    resolveAsked = resolve;
  });
  const onSignal = () => {
    stopListening();
    isAsked = true;
    onAsked();
    resolveAsked();
  };
  const stopListening = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  return {
    async wait(failed) {
      // Neither a signal handler nor a server in its own process group keeps this process alive.
      const awake = setInterval(() => {}, 2 ** 30);
      try {
        await Promise.race([asked, failed]);
      } finally {
        clearInterval(awake);
      }
    },
    check() {
      if (isAsked) throw new Interrupted();
    },
    end: stopListening,
  };
}
