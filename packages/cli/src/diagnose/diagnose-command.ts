import { Metadata } from '@grpc/grpc-js';
import { DiagnoseRequest, DiagnoseResponse, DiagnosisServiceClient } from '@yijie/contracts/diagnosis';
import type { Identity } from '@yijie/security';
import { Command } from 'commander';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { parseIdentity } from '../client/parse-identity.ts';
import { type Persons, personTokens } from '../client/person-tokens.ts';
import { unary } from '../client/unary.ts';
import { type ClusterNote, clusterOption, readClusterNote } from '../start/cluster-note.ts';
import { diagnosisText } from './diagnosis-text.ts';

const DEADLINE_MS = 15_000;

interface DiagnoseOptions extends Persons {
  readonly as?: string;
  readonly institution?: string;
  readonly json: boolean;
  readonly cluster?: string;
}

/** `yijie diagnose <id>`: why something didn't settle, and who must do what; exit status 1 while something fails. */
export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .description('every check of a visit, a message or a refused call, for patient and desk')
    .argument('<id>', 'visit, message or settlement number, diagnosis id, idempotency key, or an error code')
    .option('--as <identity>', 'institution/<code>, agency/<pool>, operations/<name> or auditor/<name>')
    .option('--institution <code>', 'whose idempotency key it is, for those who are no institution')
    .option('--person <name>', 'who sits at the agency, for an agency (development clusters)')
    .option('--role <role>', 'their role (default: home-clerk)')
    .option('--json', 'the answer as JSON', false)
    .addOption(clusterOption())
    .action(async (id: string, options: DiagnoseOptions) => {
      const answer = await ask(readClusterNote(options.cluster), id, options);
      console.log(
        options.json ? JSON.stringify(DiagnoseResponse.toJSON(answer), null, 2) : diagnosisText(answer),
      );
      if (answer.first !== undefined) process.exitCode = 1;
    });
}

async function ask(note: ClusterNote, id: string, options: DiagnoseOptions): Promise<DiagnoseResponse> {
  const identity: Identity =
    options.as === undefined
      ? { kind: 'institution', institutionCode: note.institutionCode }
      : parseIdentity(options.as);
  const metadata =
    identity.kind === 'agency'
      ? await personTokens(options, {
          keyFolder: note.keyFolder,
          pool: identity.pool,
          audience: 'treatment-site',
          defaultRole: 'home-clerk',
        })
      : new Metadata();
  const credentials = await credentialsOf(note.keyFolder, identity);
  const client = new DiagnosisServiceClient(note.treatmentSite.grpc, credentials, localChannelOptions);
  try {
    return await unary(client, client.diagnose, requestFor(id, options.institution), {
      deadlineMs: DEADLINE_MS,
      metadata,
    });
  } finally {
    client.close();
  }
}

/** Numbers of the system are UUIDs, codes read like FIL-NONE; anything else is a key of the hospital's own. */
export function requestFor(id: string, institutionCode = ''): DiagnoseRequest {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return { subject: { $case: 'id', id } };
  if (/^[A-Z]{3,4}-[A-Z0-9]+(-[A-Z]+)?$/.test(id))
    return { subject: { $case: 'code', code: { code: id, values: {} } } };
  return DiagnoseRequest.fromPartial({
    subject: { $case: 'key', key: { idempotencyKey: id, institutionCode } },
  });
}
