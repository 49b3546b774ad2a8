import { Command } from 'commander';
import { checkCommand } from './check-command.ts';
import { computeCommand } from './compute-command.ts';
import { diffCommand } from './diff-command.ts';
import { explainCommand } from './explain-command.ts';
import { schemaCommand } from './schema-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { testCommand } from './test-command.ts';

/**
 * `yijie policy …`: what a bureau does with its packs. Exit status 0: all is well; 1: the packs, examples or inputs
 * have findings, which are printed; 2: the command itself was given something it can't use (no such file).
 */
export function policyCommand(): Command {
  return new Command('policy')
    .description('policy packs: check, compute, explain, test, compare, simulate')
    .addCommand(checkCommand())
    .addCommand(computeCommand())
    .addCommand(explainCommand())
    .addCommand(testCommand())
    .addCommand(diffCommand())
    .addCommand(simulateCommand())
    .addCommand(schemaCommand());
}
