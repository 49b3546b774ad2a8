import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { classifyFailure } from '@yijie/postgres';
import {
  type DeadLetterRow,
  deadLetterPart,
  dropDeadLetter,
  findDeadLetter,
  type Incoming,
  listDeadLetters,
  parkPart,
  redriveDeadLetter,
} from '../src/index.ts';
import { clock, openSide, type Side } from './side.ts';

let side: Side;

beforeAll(async () => {
  side = await openSide();
});

afterAll(() => side.close());

const closing = { by: 'operator-1', reason: 'pack corrected', nowMs: 1 };

function incoming(offset: number, text: string, topic: string): Incoming {
  return {
    topic,
    partition: 0,
    offset,
    key: 'person',
    kind: 'command',
    payload: Buffer.from(text),
    signedBy: '410000',
    traceParent: null,
    headers: { kind: Buffer.from('command'), region: Buffer.from('410000'), raw: Buffer.from([0, 255]) },
    appendedAtMs: 1,
  };
}

async function storeDeadLetter(topic: string): Promise<number> {
  const { topic: _, ...one } = incoming(0, 'poison', topic);
  const row: DeadLetterRow = {
    ...one,
    topic,
    reasonCode: 'DLQ-FAULT',
    reason: 'the core threw',
    parks: true,
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
  return {
    taken,
    process: async (one: Incoming) => {
      const text = Buffer.from(one.payload).toString();
      if (failing.has(text)) return { ok: false as const, cause: `${text} fails` };
      taken.push(text);
      return { ok: true as const };
    },
  };
}

describe('dead letters', () => {
  test('are kept whole, header bytes included', async () => {
    const id = await storeDeadLetter('whole');
    const letter = await findDeadLetter(side.database, id);
    expect(letter).toMatchObject({
      key: 'person',
      reasonCode: 'DLQ-FAULT',
      state: 'WAITING',
      parkedBehind: 0,
    });
    expect(Buffer.from(letter?.payload ?? []).toString()).toBe('poison');
    expect(letter?.headers.raw).toEqual(Buffer.from([0, 255]));
  });

  test('redriving processes the message, then what was parked, in order; a second time changes nothing', async () => {
    const id = await storeDeadLetter('redrive');
    await park(id, incoming(1, 'first', 'redrive'), incoming(2, 'second', 'redrive'));
    const { taken, process } = processor();
    expect(await redriveDeadLetter(side.database, process, { ...closing, deadLetterId: id })).toEqual({
      result: 'PROCESSED',
      unparked: 2,
    });
    expect(taken).toEqual(['poison', 'first', 'second']);
    expect(await redriveDeadLetter(side.database, process, { ...closing, deadLetterId: id })).toEqual({
      result: 'ALREADY_CLOSED',
      unparked: 0,
    });
    expect(taken).toHaveLength(3);
    expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'REDRIVEN', parkedBehind: 0 });
  });

  test('a message that still fails leaves everything waiting', async () => {
    const id = await storeDeadLetter('stubborn');
    await park(id, incoming(1, 'behind', 'stubborn'));
    const { taken, process } = processor(new Set(['poison']));
    expect(await redriveDeadLetter(side.database, process, { ...closing, deadLetterId: id })).toMatchObject({
      result: 'STILL_FAILING',
      cause: 'poison fails',
    });
    expect(taken).toEqual([]);
    expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'WAITING', parkedBehind: 1 });
  });

  test('dropping gives the message up and lets what was parked go on', async () => {
    const id = await storeDeadLetter('drop');
    await park(id, incoming(1, 'behind', 'drop'));
    const { taken, process } = processor();
    expect(await dropDeadLetter(side.database, process, { ...closing, deadLetterId: id })).toMatchObject({
      unparked: 1,
    });
    expect(taken).toEqual(['behind']);
    expect(await findDeadLetter(side.database, id)).toMatchObject({ state: 'DROPPED' });
  });

  test('nothing can be parked behind a closed dead letter', async () => {
    const id = await storeDeadLetter('closed');
    await dropDeadLetter(side.database, processor().process, { ...closing, deadLetterId: id });
    const error = await park(id, incoming(1, 'too late', 'closed')).catch((cause) => cause);
    expect(classifyFailure(error)).toEqual({ kind: 'conflict', constraint: 'exchange_dead_letter_closed' });
  });

  test('a command parked while the last one is being processed goes on too', async () => {
    const id = await storeDeadLetter('racing');
    const taken: string[] = [];
    const result = await redriveDeadLetter(
      side.database,
      async (one) => {
        taken.push(Buffer.from(one.payload).toString());
        if (taken.length === 1) await park(id, incoming(1, 'while redriving', 'racing'));
        return { ok: true };
      },
      { ...closing, deadLetterId: id },
    );
    expect(taken).toEqual(['poison', 'while redriving']);
    expect(result).toEqual({ result: 'PROCESSED', unparked: 1 });
  });
});
