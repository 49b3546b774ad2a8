import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Canary, createCanaryScanner } from './canary.ts';

const canaries: Canary[] = [
  { id: 'p1', field: 'name', value: '欧阳甲乙' },
  { id: 'p1', field: 'certificate', value: '99000119800101001X' },
  { id: 'p2', field: 'name', value: '𠮷田·某某' },
  { id: 'p2', field: 'telephone', value: '19900000002' },
];
const scanner = createCanaryScanner(canaries);
const noise = Buffer.from('{"event":"settled","code":"OK","at":1760000000000,"名":"合计"}\n'.repeat(50));

describe('the canary scanner', () => {
  test.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from('欧阳甲乙'), 'utf-8'],
    ['GBK (bytes from another library)', Buffer.from('c5b7d1f4bcd7d2d2', 'hex'), 'gbk'],
    ['UTF-16 little-endian', Buffer.from('欧阳甲乙', 'utf16le'), 'utf-16le'],
    ['UTF-16 big-endian', Buffer.from('欧阳甲乙', 'utf16le').swap16(), 'utf-16be'],
    ['hexadecimal', Buffer.from(Buffer.from('欧阳甲乙').toString('hex')), 'utf-8 hex'],
    ['HEXADECIMAL', Buffer.from(Buffer.from('欧阳甲乙').toString('hex').toUpperCase()), 'utf-8 HEX'],
    ['URL form', Buffer.from(encodeURIComponent('欧阳甲乙')), 'utf-8 url'],
    ['URL form of GBK', Buffer.from('%C5%B7%D1%F4%BC%D7%D2%D2'), 'gbk url'],
    ['JSON escapes', Buffer.from('"\\u6b27\\u9633\\u7532\\u4e59"'), 'json escapes'],
  ])('finds a name in %s, and says where', (_, planted, encoding) => {
    const hits = scanner.scan(Buffer.concat([noise, planted, noise]));
    const at = encoding === 'json escapes' ? noise.length + 1 : noise.length;
    expect(hits).toEqual([{ id: 'p1', field: 'name', encoding, at }]);
  });

  test.each([0, 1, 2])('finds a number in base64 at offset %i, standard and URL-safe', (offset) => {
    const inner = Buffer.concat([
      Buffer.alloc(offset, '~'),
      Buffer.from('99000119800101001X'),
      Buffer.from('??'),
    ]);
    for (const encoding of ['base64', 'base64url'] as const) {
      const hits = scanner.scan(Buffer.from(`token=${inner.toString(encoding)};`));
      expect(hits.map(({ id, field }) => `${id} ${field}`)).toContain('p1 certificate');
    }
  });

  test('finds nothing where nothing was planted', () => {
    expect(scanner.scan(noise)).toEqual([]);
    expect(scanner.scan(Buffer.from('99000119800101001'))).toEqual([]);
    expect(scanner.scan(Buffer.alloc(0))).toEqual([]);
  });

  test('does not see through compression: whoever scans unpacks first', () => {
    expect(scanner.scan(gzipSync(Buffer.from('欧阳甲乙'.repeat(2))))).toEqual([]);
  });

  test('finds each of several, at the very beginning and the very end', () => {
    const bytes = Buffer.concat([Buffer.from('19900000002'), noise, Buffer.from('𠮷田·某某')]);
    expect(scanner.scan(bytes).map(({ id, field }) => `${id} ${field}`)).toEqual(['p2 telephone', 'p2 name']);
  });

  test('pieces that overlap as told lose nothing', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 300, max: 600 }), (before, size) => {
        const bytes = Buffer.concat([Buffer.alloc(before, 'x'), Buffer.from('99000119800101001X'), noise]);
        const found = new Set<number>();
        const step = size - scanner.overlapBytes;
        for (let from = 0; from < bytes.length; from += step) {
          for (const hit of scanner.scan(bytes.subarray(from, from + size))) found.add(from + hit.at);
        }
        expect([...found]).toEqual([before]);
      }),
      { numRuns: 30 },
    );
  });

  test('a canary that chance could write is refused', () => {
    expect(() => createCanaryScanner([{ id: 'p', field: 'age', value: '42' }])).toThrow('too short');
  });

  test('two thousand persons are looked for at once', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => ({
      id: `p${index}`,
      field: 'certificate',
      value: `990001198001${String(index).padStart(5, '0')}X`,
    }));
    const scan = createCanaryScanner(many);
    const bytes = Buffer.concat([noise, Buffer.from(many[1_999]!.value), noise]);
    expect(scan.scan(bytes)).toEqual([
      { id: 'p1999', field: 'certificate', encoding: 'utf-8', at: noise.length },
    ]);
  });
});
