import { Command } from 'commander';
import { callCommand } from './call/call-command.ts';
import { clearingCommand } from './clearing/index.ts';
import { diagnoseCommand } from './diagnose/diagnose-command.ts';
import { channelTokenCommand } from './filings/channel-token-command.ts';
import { filingsCommand } from './filings/filings-command.ts';
import { auditCommand } from './operations/audit-command.ts';
import { deadLettersCommand } from './operations/dead-letters-command.ts';
import { policyCommand } from './policy/index.ts';
import { referenceCommand } from './reference/reference-command.ts';
import { clusterCommand } from './start/cluster-command.ts';
import { startCommand } from './start/start-command.ts';

const yijie = new Command('yijie')
  .description('Yijie 易结: cross-province medical-insurance settlement')
  .addCommand(startCommand())
  .addCommand(clusterCommand())
  .addCommand(callCommand())
  .addCommand(diagnoseCommand())
  .addCommand(filingsCommand())
  .addCommand(channelTokenCommand())
  .addCommand(deadLettersCommand())
  .addCommand(auditCommand())
  .addCommand(referenceCommand())
  .addCommand(policyCommand())
  .addCommand(clearingCommand());

try {
  await yijie.parseAsync();
} catch (error) {
  // What a person can act on is said in one sentence; the trace is there for those who ask.
  console.error(error instanceof Error ? error.message : String(error));
  if (process.env.YIJIE_TRACE) console.error(error);
  process.exitCode = 1;
}
