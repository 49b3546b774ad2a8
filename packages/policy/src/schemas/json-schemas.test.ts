import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { billOf, inputOf } from '../../test/inputs.ts';
import { POLICIES, packNamed } from '../../test/published-packs.ts';
import { compute } from '../compute.ts';
import { jsonSchemas } from './json-schemas.ts';
import { parsePolicyInput, policyResultSchema } from './policy-input.ts';

describe('JSON Schemas', () => {
  test.each(Object.entries(jsonSchemas()))('policies/%s is the one that the code makes', (name, schema) => {
    // Made again by `yijie policy schema --write policies`.
    expect(JSON.parse(readFileSync(join(POLICIES, name), 'utf8'))).toEqual(schema);
  });

  test('what compute gives is what the result schema says', () => {
    const input = inputOf({ treatmentPool: '410100' }, [billOf(10_000)]);
    const result = compute(packNamed('changsha/employee-2025.yaml'), input);
    expect(policyResultSchema.safeParse(JSON.parse(JSON.stringify(result))).success).toBe(true);
    expect(parsePolicyInput(JSON.stringify(input))).toEqual({ ok: true, input });
  });

  test.each([
    ['not JSON', '{', ''],
    ['a missing part', JSON.stringify({ ...inputOf({}, [billOf(1)]), account: undefined }), 'account'],
    ['a float', JSON.stringify(inputOf({}, [{ ...billOf(1), totalFen: 1.5 as never }])), 'groups.0.totalFen'],
    [
      'a day that is none',
      JSON.stringify(inputOf({ settlementDate: '2025-02-30' as never }, [billOf(1)])),
      'facts.settlementDate',
    ],
  ])('an input with %s names the field', (_, text, field) => {
    const parsed = parsePolicyInput(text);
    expect(parsed.ok ? undefined : parsed.problems[0]?.field).toBe(field);
  });
});
