/** Resolves on Ctrl-C or SIGTERM; rejects when something the caller watches fails first. */
export function untilInterrupted(failed: Promise<never>): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
    failed.catch(reject);
  });
}
