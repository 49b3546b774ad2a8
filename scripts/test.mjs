// npm test [-- <path pattern>] [--only=unit|integration] [--long]: see scripts/test/main.mjs.
import { runScript } from './run.mjs';

process.exitCode = await runScript('scripts/test/main.mjs', process.argv.slice(2), ['--no-warnings']);
