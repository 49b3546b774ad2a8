import { randomFillSync } from 'node:crypto';
import type { Random } from './ports.ts';

const poolBytes = 8_192;
/** A double holds 53 bits: 21 high ones and 32 low ones. */
const bytesPerNumber = 8;

/** Chance that can't be guessed: numbers come from the operating system's generator, fetched in blocks. */
export function systemRandom(): Random {
  const pool = Buffer.allocUnsafe(poolBytes);
  let position = poolBytes;
  return {
    next() {
      if (position === poolBytes) {
        randomFillSync(pool);
        position = 0;
      }
      const high = pool.readUInt32LE(position) >>> 11;
      const low = pool.readUInt32LE(position + 4);
      // Used once: what was handed out doesn't stay in memory.
      pool.fill(0, position, position + bytesPerNumber);
      position += bytesPerNumber;
      return (high * 4_294_967_296 + low) / 9_007_199_254_740_992;
    },
  };
}
