#!/usr/bin/env node
// The command `yijie`: makes sure that packages and a fit Node are there, then runs packages/cli.
import { runScript } from './run.mjs';

process.exitCode = await runScript('packages/cli/src/main.ts', process.argv.slice(2));
