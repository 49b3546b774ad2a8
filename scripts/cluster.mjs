// npm run cluster: the services as separate processes on Kafka, PostgreSQL and Redis.
import { runScript } from './run.mjs';

process.exitCode = await runScript('packages/cli/src/main.ts', ['cluster', ...process.argv.slice(2)]);
