import { Command } from 'commander';
import { advanceCommand } from './advance-command.ts';
import { explainCommand } from './explain-command.ts';
import { exportCommand } from './export-command.ts';
import { matchCommand } from './match-command.ts';
import { noticeCommand } from './notice-command.ts';
import { payCommand } from './pay-command.ts';
import {
  checkCommand,
  closeCommand,
  confirmCommand,
  cutCommand,
  generateCommand,
  moveCommand,
  nettingCommand,
} from './run-commands.ts';
import { decideCommand, returnCommand, signCommand } from './sign-commands.ts';
import { statusCommand } from './status-command.ts';
import { yearEndCommand } from './year-end-command.ts';

/** `yijie clearing …`: a bureau's month, from matching to the closed year, in the order in which it is done. */
export function clearingCommand(): Command {
  return new Command('clearing')
    .description('monthly clearing between regions (清算): match, run, sign, pay, close')
    .addCommand(statusCommand())
    .addCommand(matchCommand())
    .addCommand(cutCommand())
    .addCommand(generateCommand())
    .addCommand(checkCommand())
    .addCommand(nettingCommand())
    .addCommand(signCommand())
    .addCommand(returnCommand())
    .addCommand(moveCommand())
    .addCommand(decideCommand())
    .addCommand(confirmCommand())
    .addCommand(noticeCommand())
    .addCommand(payCommand())
    .addCommand(closeCommand())
    .addCommand(advanceCommand())
    .addCommand(yearEndCommand())
    .addCommand(exportCommand())
    .addCommand(explainCommand());
}
