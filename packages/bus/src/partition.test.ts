import { expect, test } from '@jest/globals';
import { Partitioners } from 'kafkajs';
import { murmur2, partitionOf } from './partition.ts';

test.each([
  // From Apache Kafka's own UtilsTest.testMurmur2.
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of %s is Kafka’s', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash);
});

test('every key goes where kafkajs’ default partitioner sends it', () => {
  const kafkajs = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
    partitionId,
    leader: 1,
  })) as never;
  for (let n = 0; n < 1_000; n++) {
    const key = `person-${n}-${'医'.repeat(n % 5)}`;
    expect(partitionOf(key, 12)).toBe(
      kafkajs({ topic: 't', partitionMetadata, message: { key, value: null } }),
    );
  }
});
