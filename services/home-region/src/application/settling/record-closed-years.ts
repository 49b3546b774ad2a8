import { YearClosed } from '@yijie/contracts/clearing';
import type { DeadLetterRow, Incoming, IntakeBatch } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import { NATIONAL_POOL } from '@yijie/security';
import { type ClosedYear, storeClosedYears } from '../../repositories/settling/closed-years.ts';

export interface ClosedYearParts {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly province: string;
}

/**
 * From now on no settlement of a closed year is refunded (REV-CLOSED). Only the national centre closes one; what anybody
 * else signed, or can't be read, is kept as a dead letter and changes nothing. Said again, it changes nothing either.
 */
export async function recordClosedYears(
  { database, clock, province }: ClosedYearParts,
  batch: IntakeBatch,
): Promise<void> {
  const years: ClosedYear[] = [];
  const dead: DeadLetterRow[] = [...batch.dead];
  for (const message of batch.messages) {
    const read = readYear(message);
    if ('reasonCode' in read) dead.push(read);
    else if (read.homeProvince === province) years.push(read);
  }
  await storeClosedYears(database, { years, dead, moves: batch.moves, nowMs: clock.now() });
}

function readYear(message: Incoming): YearClosed | DeadLetterRow {
  const { topic, partition, offset, key, headers, payload, signedBy } = message;
  const refuse = (reasonCode: string, reason: string): DeadLetterRow => ({
    topic,
    partition,
    offset,
    key,
    headers,
    payload,
    reasonCode,
    reason,
    parks: false,
  });
  if (signedBy !== NATIONAL_POOL)
    return refuse('SIG-REGION', `signed by ${signedBy}: only the national centre closes a year`);
  try {
    const read = YearClosed.decode(payload);
    if (read.year >= 2000 && read.year <= 2999 && /^\d{6}$/.test(read.homeProvince)) return read;
    return refuse('DLQ-DECODE', `no year of a province: ${read.year}, ${read.homeProvince}`);
  } catch (error) {
    return refuse('DLQ-DECODE', (error as Error).message);
  }
}
