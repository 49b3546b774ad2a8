import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Bus, createPostgresBus, type PublishRecord } from '@yijie/bus';
import { type CallFailed, localChannelOptions, ONCOLOGY_DAY, playStay, unary } from '@yijie/cli';
import { Command } from '@yijie/contracts/exchange';
import { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { HEADER, requestTopic, sealRecords } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Logger, systemClock } from '@yijie/runtime';
import {
  certificateFiles,
  clientCredentials,
  createRecordSigner,
  denyListFile,
  loadTlsIdentity,
  regionFiles,
  type SigningKey,
  signingKeyFromPem,
  trustFolder,
} from '@yijie/security';
import { waitFor } from '@yijie/testkit';
import { open } from '../support/books.ts';
import {
  type ClusterForTest,
  clusterForTest,
  HOME_POOL,
  HOME_PROVINCE,
  INSTITUTION,
  TREATMENT_POOL,
  TREATMENT_PROVINCE,
} from '../support/cluster.ts';
import { PATIENTS } from '../support/patients.ts';
import { type CommandLine, commandLineFor } from './command-line.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const clock = systemClock();
const REVIEWERS = ['--person', 'reviewer-1', '--second-person', 'reviewer-2'];
const HOSPITAL = { kind: 'institution', institutionCode: INSTITUTION } as const;

let cluster: ClusterForTest;
let command: CommandLine;
let hospital: TreatmentServiceClient;
let visitId: string;
let homeDatabase: Database;
let bus: Bus;

beforeAll(async () => {
  // So that a changed key folder is seen at once and not within a minute.
  const keys = { YIJIE_KEYS_EVERY_MS: '100' };
  cluster = await clusterForTest('postgres', { overrides: { treatmentSite: keys, homeRegion: keys } });
  command = commandLineFor(cluster);
  homeDatabase = open(cluster.homeDatabaseUrl);
  const busUrl = new URL(cluster.homeDatabaseUrl);
  busUrl.pathname = `/${cluster.prefix}yijie_bus`;
  bus = await createPostgresBus({
    connectionString: busUrl.toString(),
    schema: 'yijie_bus',
    logger: silent,
    clock,
  });
  const tls = await loadTlsIdentity(certificateFiles(cluster.keyFolder, HOSPITAL), {
    profile: 'development',
    clock,
  });
  const [site] = cluster.treatmentSites;
  hospital = new TreatmentServiceClient(site?.grpc ?? '', clientCredentials(tls), localChannelOptions);
  const stay = await playStay(hospital, ONCOLOGY_DAY, PATIENTS.employee, {
    onStep: () => {},
    withExplanation: false,
  });
  visitId = stay.visitId;
}, 120_000);

afterAll(async () => {
  hospital?.close();
  await bus?.close();
  await homeDatabase?.close();
  await cluster?.remove();
  command?.remove();
});

describe('yijie call', () => {
  test('asks as the hospital; as a clerk whom the command line signs in', async () => {
    const visit = await command.yijie('call', 'TreatmentService/GetVisit', JSON.stringify({ visitId }));
    expect(visit).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(visit.out)).toMatchObject({ visitId, state: 'SETTLED' });
    const { rows } = await homeDatabase.query('SELECT person_token FROM filing LIMIT 1');
    const request = ['FilingService/ListFilings', JSON.stringify({ personToken: rows[0]?.person_token })];
    const filings = await command.yijie('call', ...request, '--person', 'clerk-1');
    expect(filings).toMatchObject({ status: 0, err: '' });
    const unsigned = await command.yijie('call', ...request);
    expect(unsigned).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^FilingService\/ListFilings: AUT-TOKEN /),
    });
  });
});

/** A command as the treatment site would send it, signed by whoever has the key. */
function sealed(key: SigningKey, payload: Buffer): PublishRecord {
  const record = {
    topic: topic(),
    key: 'p'.repeat(22),
    partition: null,
    kind: 'command',
    payload,
    traceParent: null,
  } as const;
  return sealRecords(createRecordSigner(key), [record])[0] as PublishRecord;
}

function topic(): string {
  return requestTopic(HOME_PROVINCE, cluster.prefix);
}

function keyOf(province: string): SigningKey {
  const file = regionFiles(cluster.keyFolder, province).signingKeyFile;
  return signingKeyFromPem(province, readFileSync(file, 'utf8'));
}

/** The reversal of a command that nobody has seen: it leaves a tombstone and nothing else. */
function reversal(id: number): Buffer {
  const commandId = Buffer.alloc(16, id);
  return Command.encode({
    commandId,
    personToken: 'p'.repeat(22),
    homePool: HOME_POOL,
    treatmentPool: TREATMENT_POOL,
    institutionCode: INSTITUTION,
    sequence: id,
    issuedAtMs: clock.now(),
    expiresAtMs: clock.now() + 60_000,
    replyPartition: -1,
    body: { $case: 'reverse', reverse: { originalCommandId: Buffer.alloc(16, id + 100) } },
  }).finish() as Buffer;
}

/** The letter's name and line, once `list` shows one with that reason. */
async function listed(reasonCode: string): Promise<{ name: string; line: string }> {
  return waitFor(async () => {
    const { status, out } = await command.yijie('dead-letters', 'list');
    expect(status).toBe(0);
    const line = out.split('\n').find((each) => each.includes(` ${reasonCode}: `));
    return line !== undefined && { line, name: line.split(' ')[0] ?? '' };
  });
}

async function closers(name: string): Promise<readonly unknown[]> {
  const { rows } = await homeDatabase.query(
    'SELECT action, actor, second_actor FROM audit_entry WHERE object = $1',
    [`dead-letter:${name.split('/')[1]}`],
  );
  return rows;
}

describe('yijie dead-letters', () => {
  test('says so when none waits', async () => {
    expect(await command.yijie('dead-letters', 'list')).toEqual({
      status: 0,
      out: 'No dead letter waits.\n',
      err: '',
    });
  });

  test('a forged record is listed and shown without its person, passes no redriving, and is dropped by two', async () => {
    const genuine = sealed(keyOf(TREATMENT_PROVINCE), reversal(1));
    await bus.publish(topic(), [{ ...genuine, value: reversal(2) }]);
    const { name } = await listed('SIG-FALSE');
    expect(name).toMatch(/^home-region\/\d+$/);

    const headers = await command.yijie('dead-letters', 'show', name);
    expect(headers).toMatchObject({ status: 0, err: '' });
    expect(headers.out).toContain(`  ${HEADER.region}: ${TREATMENT_PROVINCE}\n`);
    expect(headers.out).toContain('add --person <name>');
    const whole = await command.yijie('dead-letters', 'show', name, '--person', 'reviewer-1');
    expect(whole.out).toContain(`"institutionCode": "${INSTITUTION}"`);
    expect(whole.out + headers.out).not.toContain('p'.repeat(22));

    const close = (act: string, ...persons: string[]) =>
      command.yijie('dead-letters', act, name, '--reason', 'looked into', ...persons);
    expect(await close('redrive')).toMatchObject({
      status: 1,
      err: expect.stringContaining('two reviewers'),
    });
    expect(await close('drop', '--person', 'a')).toMatchObject({
      status: 1,
      err: expect.stringContaining('--second-person'),
    });
    expect(await close('drop', '--person', 'a', '--second-person', 'a')).toMatchObject({
      status: 1,
      err: expect.stringContaining('two different persons'),
    });
    expect(await close('redrive', ...REVIEWERS)).toEqual({
      status: 1,
      out: expect.stringMatching(/^STILL_FAILING: SIG-FALSE: .*; 0 went on behind it\n$/),
      err: '',
    });
    const dropped = { status: 0, out: 'DROPPED; 0 went on behind it\n', err: '' };
    expect(await close('drop', ...REVIEWERS)).toEqual(dropped);
    expect(await close('drop', ...REVIEWERS)).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^ALREADY_CLOSED/),
    });
    expect(await closers(name)).toEqual([
      {
        action: 'dead-letter.drop',
        actor: `agency:${HOME_POOL}/reviewer-1`,
        second_actor: `agency:${HOME_POOL}/reviewer-2`,
      },
    ]);
    // A forged command that was dropped is no command: the inbox knows nothing of it.
    const inbox = 'SELECT 1 FROM inbox WHERE command_id = $1';
    expect((await homeDatabase.query(inbox, [Buffer.alloc(16, 2)])).count).toBe(0);
    const all = await command.yijie('dead-letters', 'list', '--closed');
    expect(all.out).toContain(`${name}  DROPPED  `);
  });

  test('what nobody can read fails again, and is given up', async () => {
    await bus.publish(topic(), [sealed(keyOf(TREATMENT_PROVINCE), Buffer.from('?'))]);
    const { name } = await listed('DLQ-DECODE');
    const shown = await command.yijie('dead-letters', 'show', name, '--person', 'reviewer-1');
    expect(shown.out).toContain("The body can't be decoded.");
    const redriven = await command.yijie('dead-letters', 'redrive', name, '--reason', 'try', ...REVIEWERS);
    expect(redriven).toMatchObject({ status: 1, out: expect.stringMatching(/^STILL_FAILING: DLQ-DECODE/) });
    const dropped = await command.yijie('dead-letters', 'drop', name, '--reason', 'noise', ...REVIEWERS);
    expect(dropped.status).toBe(0);
  });

  test('a record of a key that is trusted too late passes when it is redriven; the answer nobody asked for, too, is dropped', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await bus.publish(topic(), [sealed(signingKeyFromPem(TREATMENT_PROVINCE, pem), reversal(3))]);
    const { name } = await listed('SIG-KEY');

    const trusted = join(trustFolder(cluster.keyFolder), TREATMENT_PROVINCE);
    mkdirSync(trusted, { recursive: true });
    writeFileSync(
      join(trusted, 'signing-2.pem'),
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    const redriven = await waitFor(async () => {
      const said = await command.yijie('dead-letters', 'redrive', name, '--reason', 'new key', ...REVIEWERS);
      return said.status === 0 && said;
    });
    expect(redriven.out).toBe('PROCESSED; 0 went on behind it\n');
    const { rows } = await homeDatabase.query('SELECT outcome FROM inbox WHERE command_id = $1', [
      Buffer.alloc(16, 3),
    ]);
    expect(rows).toHaveLength(1);
    expect(await closers(name)).toMatchObject([{ action: 'dead-letter.redrive' }]);

    // The treatment site never sent it.
    const { name: answer } = await listed('KEY-UNKNOWN');
    expect(answer).toMatch(/^treatment-site\/\d+$/);
    const dropped = await command.yijie('dead-letters', 'drop', answer, '--reason', 'test', ...REVIEWERS);
    expect(dropped).toEqual({ status: 0, out: 'DROPPED; 0 went on behind it\n', err: '' });
  });

  test.each([
    ['a letter that is named wrongly', ['show', 'home-region-1'], 'names no dead letter'],
    ['a letter that is not there', ['show', 'home-region/999999'], 'DLQ-NOTFOUND'],
    ['a person that can’t be one', ['list', '--person', 'Reviewer One'], "can't name a person"],
    ['no reason', ['drop', 'home-region/1'], '--reason'],
  ])('%s is refused with a sentence', async (_, args, sentence) => {
    const said = await command.yijie('dead-letters', ...args);
    expect(said).toMatchObject({ status: 1, err: expect.stringContaining(sentence) });
    expect(said.err.trim().split('\n')).toHaveLength(1);
  });
});

describe('a withdrawn certificate', () => {
  test('is refused on its open connection without a restart, and accepted again when it is off the list', async () => {
    const ask = () =>
      unary(hospital, hospital.getVisit, { visitId }, { deadlineMs: 10_000 }).then(
        () => 'answered',
        (error: CallFailed) => error.failure?.code,
      );
    expect(await ask()).toBe('answered');
    const pem = readFileSync(certificateFiles(cluster.keyFolder, HOSPITAL).certificateFile, 'utf8');
    writeFileSync(
      denyListFile(cluster.keyFolder),
      `# lost\n${new X509Certificate(pem.replace(/^#.*\n/, '')).serialNumber}\n`,
    );
    await waitFor(async () => (await ask()) === 'AUT-DENIED');
    rmSync(denyListFile(cluster.keyFolder));
    await waitFor(async () => (await ask()) === 'answered');
    const metrics = await (await fetch(`${cluster.treatmentSites[0]?.operations}/metrics`)).text();
    expect(metrics).toMatch(/yijie_certificate_expiry_seconds\{[^}]*certificate="server"[^}]*\} [1-9]/);
  });
});

describe('yijie audit verify', () => {
  const verdict = (service: string, out: string) =>
    out.split('\n').find((line) => line.startsWith(`${service}: `));

  test('finds both chains intact once everything is sealed', async () => {
    const said = await waitFor(async () => {
      const found = await command.yijie('audit', 'verify');
      return !/ 0 blocks/.test(found.out) && found;
    });
    expect(said).toMatchObject({ status: 0, err: '' });
    for (const service of ['treatment-site', 'home-region'])
      expect(verdict(service, said.out)).toMatch(
        /: intact, [1-9]\d* blocks, [1-9]\d* entries, head [0-9a-f]{64}$/,
      );
  });

  test('says with another status that a chain could not be checked', async () => {
    const gone = command.against({ homeRegion: { grpc: '127.0.0.1:1', operations: '' } });
    const said = await gone.yijie('audit', 'verify');
    gone.remove();
    expect(said.status).toBe(2);
    expect(said.err).toMatch(/^home-region: not checked, /);
    expect(verdict('treatment-site', said.out)).toContain('intact');
  });

  test('finds the row that somebody with every right on the database has changed', async () => {
    const changed = await homeDatabase.transaction(async (tx) => {
      // The table's own trigger stops everybody else.
      await tx.query("SET LOCAL session_replication_role = 'replica'");
      return tx.query(
        `UPDATE audit_entry SET actor = 'agency:${HOME_POOL}/somebody-else'
          WHERE entry_id = (SELECT min(entry_id) FROM audit_entry WHERE action = 'settle')`,
      );
    });
    expect(changed.count).toBe(1);
    const said = await command.yijie('audit', 'verify');
    expect(said.status).toBe(1);
    expect(verdict('home-region', said.out)).toContain('BROKEN');
    expect(said.out).toMatch(/^ {2}\S+ in block \d+: .+$/m);
    expect(verdict('treatment-site', said.out)).toContain('intact');
  });
});
