import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { classifyFailure } from '@yijie/postgres';
import {
  type DeadLetterRow,
  deadLetterPart,
  dropDeadLetter,
  findDeadLetter,
  HEADER,
  type Incoming,
  listDeadLetters,
  parkPart,
  type Reprocessing,
  redriveDeadLetter,
  sealRecords,
} from '../src/index.ts';
import { clock, openSide, type Side } from './side.ts';

let side: Side;

beforeAll(async () => {
  side = await openSide();
});

afterAll(() => side.close());

const by = {
  actor: 'agency:430100/first',
  secondActor: 'agency:430100/second',
  certificateSerial: '01',
  role: 'reviewer',
};
const closing = { by, reason: 'pack corrected', nowMs: 1 };

/** A record as region 410000 sends it. */
function incoming(offset: number, text: string, topic: string): Incoming {
  const record = { topic, key: 'person', payload: Buffer.from(text), traceParent: null };
  const [sealed] = sealRecords(side.signer, [{ ...record, kind: 'command', partition: null }]);
  return {
    ...record,
    partition: 0,
    offset,
    kind: 'command',
    signedBy: '410000',
    headers: { ...sealed?.headers, raw: Buffer.from([0, 255]) },
    appendedAtMs: 1,
  };
}

async function storeDeadLetter(topic: string, change: Partial<DeadLetterRow> = {}): Promise<number> {
  const row: DeadLetterRow = {
    ...incoming(0, 'poison', topic),
    reasonCode: 'DLQ-FAILED',
    reason: 'the core threw',
    parks: true,
    ...change,
  };
  const statement = `WITH ${deadLetterPart.sql(1)} SELECT 1`;
  const params = deadLetterPart.params({ rows: [row], nowMs: clock.now() });
  await side.database.query(statement, params);
  await side.database.query(statement, params);
  const listed = await listDeadLetters(side.database, { after: 0, size: 100, includeClosed: false });
  const found = listed.filter((letter) => letter.topic === topic);
  expect(found).toHaveLength(1);
  return found[0]?.deadLetterId ?? 0;
}

async function park(deadLetterId: number, ...messages: Incoming[]): Promise<void> {
  await side.database.query(
    `WITH ${parkPart.sql(1)} SELECT 1`,
    parkPart.params({ rows: messages.map((one) => ({ deadLetterId, message: one })), nowMs: clock.now() }),
  );
}

/** Takes everything but what `failing` names. */
function processor(failing: ReadonlySet<string> = new Set()) {
  const taken: string[] = [];
  const givenUp: string[] = [];
  const reprocessing: Reprocessing = {
    verifier: side.verifier,
    process: async (one) => {
      const text = Buffer.from(one.payload).toString();
      if (failing.has(text)) return { ok: false, cause: `${text} fails` };
      taken.push(text);
      return { ok: true };
    },
    giveUp: async (one) => {
      givenUp.push(Buffer.from(one.payload).toString());
    },
  };
  return { taken, givenUp, reprocessing };
}

async function auditOf(deadLetterId: number): Promise<readonly unknown[]> {
  const { rows } = await side.database.query(
    'SELECT action, actor, second_actor, role FROM audit_entry WHERE object = $1',
    [`dead-letter:${deadLetterId}`],
  );
  return rows;
}

describe('dead letters', () => {
  test('are kept whole, header bytes included', async () => {
    const id = await storeDeadLetter('whole');
    const letter = await findDeadLetter(side.database, id);
    expect(letter).toMatchObject({
      key: 'person',
      reasonCode: 'DLQ-FAILED',
      state: 'WAITING',
      parkedBehind: 0,
    });
    expect(Buffer.from(letter?.payload ?? []).toString()).toBe('poison');
    expect(letter?.headers.raw).toEqual(Buffer.from([0, 255]));
  });

  test('redriving processes the message, then what was parked, in order; a second time changes nothing', async () => {
    const id = await storeDeadLetter('redrive');
    await park(id, incoming(1, 'first', 'redrive'), incoming(2, 'second', 'redrive'));
    const { taken, reprocessing } = processor();
    expect(await redriveDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id })).toEqual({
      result: 'PROCESSED',
      unparked: 2,
    });
    expect(taken).toEqual(['poison', 'first', 'second']);
    expect(await redriveDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id })).toEqual({
      result: 'ALREADY_CLOSED',
      unparked: 0,
    });
    expect(taken).toHaveLength(3);
    expect(await auditOf(id)).toEqual([
      {
        action: 'dead-letter.redrive',
        actor: 'agency:430100/first',
        second_actor: 'agency:430100/second',
        role: 'reviewer',
      },
    ]);
    expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'REDRIVEN', parkedBehind: 0 });
  });

  test('a command that is sent again while it waits, waits once', async () => {
    const id = await storeDeadLetter('again');
    await park(id, incoming(1, 'first', 'again'));
    await park(id, incoming(2, 'first', 'again'), incoming(3, 'second', 'again'));
    const { taken, reprocessing } = processor();
    expect(await redriveDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id })).toEqual({
      result: 'PROCESSED',
      unparked: 2,
    });
    expect(taken).toEqual(['poison', 'first', 'second']);
  });

  test('a message that still fails leaves everything waiting', async () => {
    const id = await storeDeadLetter('stubborn');
    await park(id, incoming(1, 'behind', 'stubborn'));
    const { taken, reprocessing } = processor(new Set(['poison']));
    expect(
      await redriveDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id }),
    ).toMatchObject({
      result: 'STILL_FAILING',
      cause: 'poison fails',
    });
    expect(taken).toEqual([]);
    expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'WAITING', parkedBehind: 1 });
    expect(await auditOf(id)).toEqual([]);
  });

  test('dropping gives the message up and lets what was parked go on', async () => {
    const id = await storeDeadLetter('drop');
    await park(id, incoming(1, 'behind', 'drop'));
    const { taken, givenUp, reprocessing } = processor();
    expect(await dropDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id })).toMatchObject(
      {
        unparked: 1,
      },
    );
    expect([givenUp, taken]).toEqual([['poison'], ['behind']]);
    expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'DROPPED' });
    expect(await auditOf(id)).toMatchObject([{ action: 'dead-letter.drop' }]);
  });

  test.each<[string, Partial<DeadLetterRow>]>([
    ['altered', { payload: Buffer.from('altered') }],
    ['moved to another person', { key: 'another' }],
    ['said to be of another region', { headers: { region: Buffer.from('420000') } }],
    ['unsigned', { headers: { [HEADER.signature]: Buffer.alloc(0) } }],
  ])(
    'a record that was %s is processed by no redriving, and answered by no dropping',
    async (how, change) => {
      const topic = `forged ${how}`;
      const headers = { ...incoming(0, 'poison', topic).headers, ...change.headers };
      const id = await storeDeadLetter(topic, { ...change, headers });
      const { taken, givenUp, reprocessing } = processor();
      const redriven = await redriveDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id });
      expect(redriven).toMatchObject({ result: 'STILL_FAILING', cause: expect.stringMatching(/^SIG-/) });
      expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'WAITING' });
      await dropDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id });
      expect([taken, givenUp]).toEqual([[], []]);
      expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'DROPPED' });
    },
  );

  test('closed by two at once, it is closed once and has one row of the audit trail', async () => {
    const id = await storeDeadLetter('twice');
    const { reprocessing } = processor();
    const both = await Promise.all(
      [1, 2].map(() => dropDeadLetter(side.database, reprocessing, { ...closing, deadLetterId: id })),
    );
    expect(both.map((one) => one.result).toSorted()).toEqual(['ALREADY_CLOSED', 'PROCESSED']);
    expect(await auditOf(id)).toHaveLength(1);
  });

  test('nothing can be parked behind a closed dead letter', async () => {
    const id = await storeDeadLetter('closed');
    await dropDeadLetter(side.database, processor().reprocessing, { ...closing, deadLetterId: id });
    const error = await park(id, incoming(1, 'too late', 'closed')).catch((cause) => cause);
    expect(classifyFailure(error)).toEqual({ kind: 'conflict', constraint: 'exchange_dead_letter_closed' });
  });

  test('a command parked while the last one is being processed goes on too', async () => {
    const id = await storeDeadLetter('racing');
    const taken: string[] = [];
    const result = await redriveDeadLetter(
      side.database,
      {
        verifier: side.verifier,
        process: async (one) => {
          taken.push(Buffer.from(one.payload).toString());
          if (taken.length === 1) await park(id, incoming(1, 'while redriving', 'racing'));
          return { ok: true };
        },
      },
      { ...closing, deadLetterId: id },
    );
    expect(taken).toEqual(['poison', 'while redriving']);
    expect(result).toEqual({ result: 'PROCESSED', unparked: 1 });
  });
});
