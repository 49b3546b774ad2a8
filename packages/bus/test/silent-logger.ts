import type { Logger } from '@yijie/runtime';

/** Set YIJIE_TEST_LOG to see what the adapters log. */
const shown = process.env.YIJIE_TEST_LOG !== undefined;
const note =
  (level: string): Logger['debug'] =>
  (event, fields) => {
    if (shown) process.stderr.write(`${performance.now().toFixed(0)} ${level} ${event} ${show(fields)}\n`);
  };

export const silentLogger: Logger = {
  debug: note('debug'),
  info: note('info'),
  warn: note('warn'),
  error: note('error'),
  child: () => silentLogger,
};

function show(fields: Parameters<Logger['debug']>[1]): string {
  return JSON.stringify(fields ?? {}, (_, value) => (value instanceof Error ? value.message : value));
}

/** A measured figure, for whoever asked to see the log. */
export function noteMeasure(line: string): void {
  if (shown) process.stderr.write(`${line}\n`);
}
