import { Command } from 'commander';
import { unary } from '../client/unary.ts';
import { operationsClient, SERVICES } from './operations-client.ts';

/** `yijie audit verify`: checks the sealed audit chain of both services; exit status 1 when one isn't intact. */
export function auditCommand(): Command {
  const audit = new Command('audit').description('the sealed audit chains');
  audit
    .command('verify')
    .description('recompute every sealed block and compare')
    .action(async () => {
      for (const service of SERVICES) {
        const client = await operationsClient(service, 'auditor');
        try {
          const answer = await unary(
            client,
            client.verifyAudit,
            { fromBlock: 0, untilBlock: 0 },
            { deadlineMs: 60_000 },
          );
          console.log(
            `${service}: ${answer.intact ? 'intact' : 'BROKEN'}, ${answer.blocks} blocks, ${answer.entries} entries, head ${answer.headHash || 'none'}`,
          );
          for (const finding of answer.findings) console.log(`  ${finding}`);
          if (!answer.intact) process.exitCode = 1;
        } finally {
          client.close();
        }
      }
    });
  return audit;
}
