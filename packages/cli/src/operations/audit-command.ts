import type { VerifyAuditResponse } from '@yijie/contracts/operations';
import { Command } from 'commander';
import { CallFailed } from '../client/unary.ts';
import { type ClusterNote, clusterOption, readClusterNote } from '../start/cluster-note.ts';
import { operate, SERVICES, type ServiceName } from './operations-client.ts';

const DEADLINE_MS = 60_000;
const BROKEN = 1;
const NOT_CHECKED = 2;

/** `yijie audit verify`: exit status 0 when both chains are intact, 1 when one is broken, 2 when one can't be checked. */
export function auditCommand(): Command {
  const audit = new Command('audit').description('the sealed audit chains');
  audit
    .command('verify')
    .description('recompute every sealed block of both services and compare')
    .addOption(clusterOption())
    .action(async ({ cluster }: { readonly cluster?: string }) => {
      const note = readClusterNote(cluster);
      const found: number[] = [];
      for (const service of SERVICES) found.push(await verify(note, service));
      process.exitCode = found.includes(BROKEN) ? BROKEN : Math.max(...found);
    });
  return audit;
}

async function verify(note: ClusterNote, service: ServiceName): Promise<number> {
  let answer: VerifyAuditResponse;
  try {
    answer = await operate(note, service, 'auditor', ({ call }) =>
      call((client) => client.verifyAudit, { fromBlock: 0, untilBlock: 0 }, DEADLINE_MS),
    );
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    console.error(`${service}: not checked, ${error.message}`);
    return NOT_CHECKED;
  }
  const { intact, blocks, entries, headHash, findings } = answer;
  const verdict = intact ? 'intact' : 'BROKEN';
  console.log(`${service}: ${verdict}, ${blocks} blocks, ${entries} entries, head ${headHash || 'none'}`);
  for (const finding of findings) console.log(`  ${finding}`);
  return intact ? 0 : BROKEN;
}
