import type { Clock, Ids, Random } from './ports.ts';

const counterBits = 12;
const counterEnd = 2 ** counterBits;
/** Each millisecond's counter starts in the lower half, so that at least 2,048 ids fit before it runs over. */
const counterStartEnd = counterEnd / 2;

/**
 * Ids of UUID version 7 (RFC 9562 §5.7 and §6.2, method 1): 48 bits of milliseconds, 12 bits that count within
 * the millisecond, 62 random bits. They rise strictly within one instance: when the counter runs over or the clock
 * steps back, the millisecond of the last id is carried on. They can be guessed no better than `random` can;
 * `systemRandom` can't.
 */
export function systemIds(clock: Clock, random: Random): Ids {
  let lastMs = -1;
  let counter = 0;

  return {
    next() {
      const now = clock.now();
      if (now > lastMs) {
        lastMs = now;
        counter = Math.floor(random.next() * counterStartEnd);
      } else {
        counter += 1;
        if (counter === counterEnd) {
          lastMs += 1;
          counter = Math.floor(random.next() * counterStartEnd);
        }
      }
      const id = new Uint8Array(16);
      const high = Math.floor(lastMs / 65_536);
      id[0] = high >>> 24;
      id[1] = high >>> 16;
      id[2] = high >>> 8;
      id[3] = high;
      id[4] = lastMs >>> 8;
      id[5] = lastMs;
      id[6] = 0x70 | (counter >>> 8);
      id[7] = counter;
      fillRandom(id, 8, random);
      id[8] = 0x80 | ((id[8] ?? 0) & 0x3f);
      return id;
    },

    opaque() {
      const id = new Uint8Array(16);
      fillRandom(id, 0, random);
      fillRandom(id, 8, random);
      return id;
    },
  };
}

/** Eight bytes from two draws: one draw has 53 bits, so that 32 of each are uniform. */
function fillRandom(id: Uint8Array, from: number, random: Random): void {
  for (let at = from; at < from + 8; at += 4) {
    const word = Math.floor(random.next() * 4_294_967_296);
    id[at] = word >>> 24;
    id[at + 1] = word >>> 16;
    id[at + 2] = word >>> 8;
    id[at + 3] = word;
  }
}
