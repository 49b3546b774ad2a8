import type { DeadLetter, OperationsServiceClient } from '@yijie/contracts/operations';
import { Command } from 'commander';
import { unary } from '../client/unary.ts';
import { isServiceName, operationsClient, SERVICES, type ServiceName } from './operations-client.ts';

const DEADLINE_MS = 30_000;

/** `yijie dead-letters list | show | redrive | drop`. A dead letter is named `<service>/<number>`. */
export function deadLettersCommand(): Command {
  const deadLetters = new Command('dead-letters').description('messages that could not be processed');
  deadLetters
    .command('list')
    .description('what waits, oldest first, over both services')
    .option('--closed', 'also what was redriven or dropped', false)
    .action(async (options: { closed: boolean }) => {
      let found = 0;
      for (const service of SERVICES) {
        for (const letter of await listAll(service, options.closed)) {
          console.log(lineOf(service, letter));
          found += 1;
        }
      }
      if (found === 0) console.log('No dead letter waits.');
    });
  deadLetters
    .command('show')
    .description('one message with its reason, headers and body')
    .argument('<dead-letter>', '<service>/<number>, as list prints it')
    .action((name: string) =>
      withLetter(name, async (client, deadLetterId, service) => {
        const answer = await unary(
          client,
          client.showDeadLetter,
          { deadLetterId },
          { deadlineMs: DEADLINE_MS },
        );
        if (answer.deadLetter) console.log(lineOf(service, answer.deadLetter));
        for (const [header, value] of Object.entries(answer.headers)) console.log(`  ${header}: ${value}`);
        console.log(answer.bodyJson || `  ${answer.body.length} bytes that can't be decoded`);
      }),
    );
  deadLetters
    .command('redrive')
    .description('process it again, then what waits behind it')
    .argument('<dead-letter>', '<service>/<number>')
    .requiredOption('--reason <text>', 'why it will pass now; kept in the audit trail')
    .action((name: string, options: { reason: string }) =>
      withLetter(name, async (client, deadLetterId) => {
        const answer = await unary(
          client,
          client.redriveDeadLetter,
          { deadLetterId, ...options },
          { deadlineMs: DEADLINE_MS },
        );
        console.log(
          `${answer.result}${answer.cause ? `: ${answer.cause}` : ''}; ${answer.unparked} went on behind it`,
        );
        if (answer.result === 'STILL_FAILING') process.exitCode = 1;
      }),
    );
  deadLetters
    .command('drop')
    .description('give it up; what waits behind it goes on')
    .argument('<dead-letter>', '<service>/<number>')
    .requiredOption('--reason <text>', 'why it is given up; kept in the audit trail')
    .action((name: string, options: { reason: string }) =>
      withLetter(name, async (client, deadLetterId) => {
        const answer = await unary(
          client,
          client.dropDeadLetter,
          { deadLetterId, ...options },
          { deadlineMs: DEADLINE_MS },
        );
        console.log(`${answer.result}; ${answer.unparked} went on behind it`);
      }),
    );
  return deadLetters;
}

async function listAll(service: ServiceName, includeClosed: boolean): Promise<DeadLetter[]> {
  const client = await operationsClient(service, 'operations');
  try {
    const letters: DeadLetter[] = [];
    let pageToken = '';
    do {
      const page = await unary(
        client,
        client.listDeadLetters,
        { pageSize: 200, pageToken, includeClosed },
        { deadlineMs: DEADLINE_MS },
      );
      letters.push(...page.deadLetters);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    return letters;
  } finally {
    client.close();
  }
}

async function withLetter(
  name: string,
  work: (client: OperationsServiceClient, deadLetterId: number, service: ServiceName) => Promise<void>,
): Promise<void> {
  const [service = '', number = ''] = name.split('/');
  if (!isServiceName(service) || !/^\d+$/.test(number)) {
    throw new Error(
      `not a dead letter: ${name}; say <service>/<number>, as \`yijie dead-letters list\` prints it`,
    );
  }
  const client = await operationsClient(service, 'operations');
  try {
    await work(client, Number(number), service);
  } finally {
    client.close();
  }
}

function lineOf(service: ServiceName, letter: DeadLetter): string {
  const at = new Date(letter.atMs).toISOString();
  return `${service}/${letter.deadLetterId}  ${letter.state}  ${at}  ${letter.topic}/${letter.partition}@${letter.offset}  ${letter.reasonCode}: ${letter.reason}  (${letter.parkedBehind} behind it)`;
}
