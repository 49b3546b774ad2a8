import { describe, expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';
import { maskPersonal } from './mask.ts';

function capture() {
  const lines: string[] = [];
  const dropped: string[] = [];
  const logger = createLogger({
    level: 'info',
    service: 'test',
    fields: ['stage'],
    destination: { write: (line) => lines.push(line) },
    onDropped: (field) => dropped.push(field),
  });
  return { logger, lines, dropped, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

describe('a log line', () => {
  test('has time, level, service, event and the fields, on one line', () => {
    const { logger, lines, last } = capture();
    logger.info('settle.refused', { code: 'FIL-NONE', reason: 'line\nbreak', count: 3, stage: 'flush' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
      service: 'test',
      event: 'settle.refused',
      code: 'FIL-NONE',
      reason: 'line\nbreak',
      count: 3,
      stage: 'flush',
    });
  });

  test('leaves out what is not on the list, names it, and counts it', () => {
    const { logger, lines, dropped, last } = capture();
    logger.warn('visit.admitted', { visitId: 'v', personName: 'Zhang San', diagnosis: 'J18.9' });
    expect(last().dropped).toEqual(['personName', 'diagnosis']);
    expect(lines[0]).not.toMatch(/Zhang|J18/);
    expect(dropped).toEqual(['personName', 'diagnosis']);
  });

  test('below the level is not written', () => {
    const { logger, lines } = capture();
    logger.debug('noise', { count: 1 });
    expect(lines).toEqual([]);
  });

  test('of a child carries its fields, under the same rules', () => {
    const { logger, last } = capture();
    logger.child({ topic: 't', name: 'x' }).error('failed', { partition: 1 });
    expect(last()).toMatchObject({ topic: 't', partition: 1, level: 'error' });
    expect(last()).not.toHaveProperty('name');
  });

  test('writes an error with its causes, without what drivers add', () => {
    const { logger, lines, last } = capture();
    const driver = Object.assign(new Error('duplicate key for 张三丰'), {
      code: '23505',
      detail: 'Key (name)=(Zhang Sanfeng) already exists.',
    });
    logger.error('flush.failed', { cause: new Error('the flush failed', { cause: driver }) });
    expect(last().cause).toMatchObject({
      type: 'Error',
      message: 'the flush failed',
      cause: { code: '23505', message: 'duplicate key for <han>' },
    });
    expect(lines[0]).not.toMatch(/Sanfeng|张三丰/);
  });

  test('survives an error that is its own cause', () => {
    const { logger, lines } = capture();
    const loop = new Error('loop');
    loop.cause = loop;
    logger.error('failed', { cause: loop });
    expect(lines).toHaveLength(1);
  });
});

describe('canaries', () => {
  // Invented: region 99 is not in use. The check digits are right.
  const identities = [
    '990101199003077479',
    '99010119900307004X',
    '990101900307001',
    '13912345678',
    '6222021234567890123',
    '赵钱孙',
    '阿卜杜拉·买买提',
    '𠮷野',
    '㐂喜',
  ];

  test.each(identities)('%s is in no line, wherever it was put', (canary) => {
    const { logger, lines } = capture();
    logger.info('a', { reason: canary });
    logger.info('b', { reason: `before ${canary}, after` });
    logger.info('c', { code: `x${canary}x` });
    logger.info(`d`, { cause: new Error(`for ${canary}`) });
    logger.info('e', { [canary]: 1 });
    logger.child({ reason: canary }).info('f');
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line).not.toContain(canary);
  });

  test('an identity number inside a longer number is hidden, a message number stays', () => {
    const message = 'H43010500123202511211545000042';
    expect(maskPersonal(`message ${message}`)).toBe(`message ${message}`);
    expect(maskPersonal(`000${'990101199003077479'}0000000`)).toBe('<number>');
    expect(maskPersonal('991231900307001123456789')).toBe('991231900307001123456789');
  });

  test.each([
    ['1795000000123'],
    ['01a1fff7-70b6-7507-8b6d-49092c72815d'],
    ['commands-43/7@123456789'],
    ['2026-11-21T15:45:00.000Z'],
    ['1234567890'],
  ])('%s, which is none, stays', (text) => {
    expect(maskPersonal(text)).toBe(text);
  });

  test('a planted leak would be seen: the same line without the mask holds the canary', () => {
    expect(JSON.stringify({ reason: identities[0] })).toContain(identities[0]);
    expect(maskPersonal(`${identities[0]}`)).not.toContain(identities[0]);
  });

  test('a number too large for a count is taken for an identity number', () => {
    const { logger, last } = capture();
    logger.info('a', { count: 990101900307001, bytes: 1795000000123 });
    expect(last()).toMatchObject({ count: '<number>', bytes: 1795000000123 });
  });
});
