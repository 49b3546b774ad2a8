import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, loadConfig } from './config.ts';
import { describeConfig } from './config-description.ts';
import { setting } from './setting.ts';

const schema = z.object({
  grpcBind: setting.hostAndPort({ meaning: 'where hospitals connect' }).default('127.0.0.1:7401'),
  brokers: setting.textList({ meaning: 'Kafka brokers', variable: 'KAFKA_BROKERS' }),
  rowsMax: setting
    .wholeNumber(
      { meaning: 'outbox rows from which new work is refused' },
      { min: 1, max: 1_000_000, unit: 'rows' },
    )
    .default(100_000),
  embedded: setting.flag({ meaning: 'whether the bus is on PostgreSQL' }).default(false),
  profile: setting.choice({ meaning: 'cryptography' }, ['intl', 'gm']).default('intl'),
  password: setting.text({ meaning: 'of the database', secret: true }),
  collector: setting.url({ meaning: 'OpenTelemetry collector' }).optional(),
});
const valid = { KAFKA_BROKERS: 'a:9092, b:9092', YIJIE_PASSWORD: 'swordfish' };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loading settings', () => {
  test('reads, converts and fills in defaults', () => {
    expect(loadConfig(schema, { ...valid, YIJIE_ROWS_MAX: '5', YIJIE_EMBEDDED: 'true' })).toEqual({
      grpcBind: '127.0.0.1:7401',
      brokers: ['a:9092', 'b:9092'],
      rowsMax: 5,
      embedded: true,
      profile: 'intl',
      password: 'swordfish',
    });
  });

  test('takes an empty variable as unset', () => {
    expect(loadConfig(schema, { ...valid, YIJIE_ROWS_MAX: '', YIJIE_COLLECTOR: '' }).rowsMax).toBe(100_000);
  });

  test.each([
    [
      {},
      [
        'KAFKA_BROKERS is required: Kafka brokers (list, separated by commas).',
        'YIJIE_PASSWORD is required: of the database (text).',
      ],
    ],
    [
      { ...valid, YIJIE_ROWS_MAX: 'many' },
      ['YIJIE_ROWS_MAX must be a whole number, 1 … 1000000; it is "many".'],
    ],
    [{ ...valid, YIJIE_ROWS_MAX: '0' }, ['YIJIE_ROWS_MAX must be at least 1; it is "0".']],
    [
      { ...valid, YIJIE_ROWS_MAX: '1e3' },
      ['YIJIE_ROWS_MAX must be a whole number, 1 … 1000000; it is "1e3".'],
    ],
    [{ ...valid, YIJIE_EMBEDDED: 'yes' }, ['YIJIE_EMBEDDED must be true or false; it is "yes".']],
    [{ ...valid, YIJIE_PROFILE: 'x' }, ['YIJIE_PROFILE must be one of intl, gm; it is "x".']],
    [
      { ...valid, YIJIE_GRPC_BIND: '7401' },
      ['YIJIE_GRPC_BIND must be host:port, with a port from 0 to 65535; it is "7401".'],
    ],
    [
      { ...valid, YIJIE_GRPC_BIND: 'a:65536' },
      ['YIJIE_GRPC_BIND must be host:port, with a port from 0 to 65535; it is "a:65536".'],
    ],
    [
      { ...valid, KAFKA_BROKERS: 'a,,b' },
      ['KAFKA_BROKERS must be a list separated by commas, without gaps; it is "a,,b".'],
    ],
    [
      { ...valid, YIJIE_COLLECTOR: 'nowhere' },
      ['YIJIE_COLLECTOR must be an address such as https://host:port/path; it is "nowhere".'],
    ],
  ])('%p', (env, problems) => {
    expect(problemsOf(env as Record<string, string>)).toEqual(problems);
  });

  test('that fail are printed as sentences, without a stack', () => {
    const error = new ConfigError([
      'YIJIE_A is required: a (text).',
      'YIJIE_B must be true or false; it is "x".',
    ]);
    expect(inspect(error).replace(/^\[|\]$/g, '')).toBe(
      'ConfigError: the settings can\'t be used:\n- YIJIE_A is required: a (text).\n- YIJIE_B must be true or false; it is "x".',
    );
  });

  test('keep form and meaning when a rule is added to them', () => {
    const day = z.object({
      day: setting
        .text({ meaning: 'a day' })
        .refine((text) => /^\d{8}$/.test(text), 'must be YYYYMMDD')
        .optional(),
    });
    expect(loadConfig(day, { YIJIE_DAY: '20250101' })).toEqual({ day: '20250101' });
    expect(() => loadConfig(day, { YIJIE_DAY: 'today' })).toThrow(
      'YIJIE_DAY must be YYYYMMDD; it is "today".',
    );
    expect(describeConfig(day)).toContain('| `YIJIE_DAY` | text | not set | a day |');
  });

  test('reports everything that is wrong at once', () => {
    expect(problemsOf({ YIJIE_ROWS_MAX: '-1', YIJIE_EMBEDDED: '1' })).toHaveLength(4);
  });
});

describe('a secret', () => {
  test('is read from the file that its variable names, without the last line break', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yijie-config-'));
    try {
      writeFileSync(join(folder, 'password'), 'from a file\n');
      const env = { KAFKA_BROKERS: 'a:1', YIJIE_PASSWORD_FILE: join(folder, 'password') };
      expect(loadConfig(schema, env).password).toBe('from a file');
      expect(problemsOf({ ...env, YIJIE_PASSWORD: 'x' })).toEqual([
        'YIJIE_PASSWORD_FILE and YIJIE_PASSWORD are both given; give one.',
      ]);
      expect(problemsOf({ ...env, YIJIE_PASSWORD_FILE: join(folder, 'missing') })).toEqual([
        "YIJIE_PASSWORD_FILE names a file that can't be read (ENOENT).",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is never repeated', () => {
    const strict = z.object({
      token: setting.hostAndPort({ meaning: 'x', secret: true }).default('secret-default:1'),
    });
    expect(() => loadConfig(strict, { YIJIE_TOKEN: 'hunter2' })).toThrow(
      /^- YIJIE_TOKEN must be host:port[^;]*\.$/m,
    );
    expect(describeConfig(strict)).not.toContain('secret-default');
  });
});

test('the documentation has a row per setting', () => {
  expect(describeConfig(schema).split('\n')).toEqual([
    '| variable | form | default | meaning |',
    '| --- | --- | --- | --- |',
    '| `YIJIE_GRPC_BIND` | host:port | `127.0.0.1:7401` | where hospitals connect |',
    '| `KAFKA_BROKERS` | list, separated by commas | required | Kafka brokers |',
    '| `YIJIE_ROWS_MAX` | whole number, 1 … 1000000 (rows) | `100000` | outbox rows from which new work is refused |',
    '| `YIJIE_EMBEDDED` | true or false | `false` | whether the bus is on PostgreSQL |',
    '| `YIJIE_PROFILE` | intl \\| gm | `intl` | cryptography |',
    '| `YIJIE_PASSWORD` | text | required | of the database; or the file named by `YIJIE_PASSWORD_FILE` |',
    '| `YIJIE_COLLECTOR` | address | not set | OpenTelemetry collector |',
  ]);
});

test('a setting without form and meaning is a mistake of ours', () => {
  expect(() => loadConfig(z.object({ bare: z.string() }), {})).toThrow('"bare"');
});
