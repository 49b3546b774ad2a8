// npm start: the embedded cluster plays one stay with a real bill. See `npm start -- --help`.
import { runScript } from './run.mjs';

process.exitCode = await runScript('packages/cli/src/main.ts', ['start', ...process.argv.slice(2)]);
