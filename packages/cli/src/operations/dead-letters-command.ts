import type { DeadLetter } from '@yijie/contracts/operations';
import { Command } from 'commander';
import type { Persons } from '../client/person-tokens.ts';
import { clusterOption, readClusterNote } from '../start/cluster-note.ts';
import { isServiceName, type Operator, operate, SERVICES, type ServiceName } from './operations-client.ts';

const DEADLINE_MS = 30_000;
const PAGE_SIZE = 200;

interface CommonOptions extends Persons {
  readonly cluster?: string;
}

/**
 * `yijie dead-letters list | show | redrive | drop`. A dead letter is named `<service>/<number>`. Whoever looks is of the
 * operations team (headers alone) or, with --person, of the agency; closing one takes two persons of the agency.
 */
export function deadLettersCommand(): Command {
  const deadLetters = new Command('dead-letters').description('messages that could not be processed');
  deadLetters
    .command('list')
    .description('what waits, oldest first, over both services')
    .option('--closed', 'also what was redriven or dropped', false)
    .option('--person <name>', 'a reviewer of the agency instead of the operations team')
    .addOption(clusterOption())
    .action(list);
  deadLetters
    .command('show')
    .description('one message with its reason and headers; its body, without the person, for the agency')
    .argument('<dead-letter>', '<service>/<number>, as list prints it')
    .option('--person <name>', 'a reviewer of the agency instead of the operations team')
    .addOption(clusterOption())
    .action(show);
  for (const [name, description] of [
    ['redrive', 'process it again, then what waits behind it'],
    ['drop', 'give it up; what waits behind it goes on'],
  ] as const) {
    deadLetters
      .command(name)
      .description(description)
      .argument('<dead-letter>', '<service>/<number>')
      .requiredOption('--reason <text>', 'why, without names of persons; kept with the letter')
      .option('--person <name>', 'the reviewer who does it')
      .option('--second-person <name>', 'the reviewer who has checked it')
      .addOption(clusterOption())
      .action((letter: string, options: CloseOptions) => close(name, letter, options));
  }
  return deadLetters;
}

async function list(options: CommonOptions & { readonly closed: boolean }): Promise<void> {
  const note = readClusterNote(options.cluster);
  let found = 0;
  for (const service of SERVICES) {
    await operate(note, service, operatorOf(options), async ({ call }) => {
      let pageToken = '';
      do {
        const request = { pageSize: PAGE_SIZE, pageToken, includeClosed: options.closed };
        const page = await call((client) => client.listDeadLetters, request, DEADLINE_MS);
        for (const letter of page.deadLetters) console.log(lineOf(service, letter));
        found += page.deadLetters.length;
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
    });
  }
  if (found === 0) console.log(options.closed ? 'There is no dead letter.' : 'No dead letter waits.');
}

async function show(name: string, options: CommonOptions): Promise<void> {
  const { service, deadLetterId } = letterNamed(name);
  const operator = operatorOf(options);
  const answer = await operate(readClusterNote(options.cluster), service, operator, ({ call }) =>
    call((client) => client.showDeadLetter, { deadLetterId }, DEADLINE_MS),
  );
  if (answer.deadLetter) console.log(lineOf(service, answer.deadLetter));
  for (const [header, value] of Object.entries(answer.headers)) console.log(`  ${header}: ${value}`);
  if (answer.bodyJson !== '') console.log(JSON.stringify(JSON.parse(answer.bodyJson), null, 2));
  else if (operator === 'operations') console.log('  The body is shown to reviewers: add --person <name>.');
  else console.log("  The body can't be decoded.");
}

interface CloseOptions extends CommonOptions {
  readonly reason: string;
}

async function close(act: 'redrive' | 'drop', name: string, options: CloseOptions): Promise<void> {
  const { service, deadLetterId } = letterNamed(name);
  const { person, secondPerson, reason } = options;
  if (person === undefined || secondPerson === undefined)
    throw new Error(
      `To ${act} a dead letter takes two reviewers of the agency: add --person <name> and --second-person <name>.`,
    );
  const answer = await operate(readClusterNote(options.cluster), service, options, ({ call }) =>
    call(
      (client) => (act === 'redrive' ? client.redriveDeadLetter : client.dropDeadLetter),
      { deadLetterId, reason },
      DEADLINE_MS,
    ),
  );
  console.log(
    `${answer.result}${answer.cause ? `: ${answer.cause}` : ''}; ${answer.unparked} went on behind it`,
  );
  if (answer.result === 'STILL_FAILING') process.exitCode = 1;
}

function operatorOf({ person }: Persons): Operator {
  return person === undefined ? 'operations' : { person };
}

function letterNamed(name: string): { readonly service: ServiceName; readonly deadLetterId: number } {
  const [service = '', number = ''] = name.split('/');
  if (!isServiceName(service) || !/^\d{1,15}$/.test(number))
    throw new Error(
      `"${name}" names no dead letter: say <service>/<number>, as \`yijie dead-letters list\` prints it.`,
    );
  return { service, deadLetterId: Number(number) };
}

function lineOf(service: ServiceName, letter: DeadLetter): string {
  const at = new Date(letter.atMs).toISOString();
  const behind = letter.parkedBehind === 0 ? '' : `  (${letter.parkedBehind} behind it)`;
  const place = `${letter.topic}/${letter.partition}@${letter.offset}`;
  return `${service}/${letter.deadLetterId}  ${letter.state}  ${at}  ${place}  ${letter.reasonCode}: ${letter.reason}${behind}`;
}
