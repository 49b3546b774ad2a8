import { localDateAt } from '@yijie/calendar';
import { PersonOnSlip } from '@yijie/contracts/treatment';
import type { Clock } from '@yijie/runtime';
import type { ColumnCipher } from '@yijie/security';

/** Name and identity number for the slip: encrypted for the row of their visit, read for nothing else. */
export interface SlipIdentities {
  encrypt(person: PersonOnSlip | undefined, visitId: Buffer): Buffer | undefined;
  decrypt(value: Buffer | undefined, visitId: Buffer): PersonOnSlip | undefined;
}

export function createSlipIdentities(cipher: ColumnCipher, clock: Clock): SlipIdentities {
  const cellOf = (visitId: Buffer) => ({
    table: 'visit',
    column: 'slip_identity',
    rowId: visitId.toString('hex'),
  });
  return {
    encrypt: (person, visitId) =>
      person &&
      cipher.encrypt(
        JSON.stringify(PersonOnSlip.toJSON(person)),
        cellOf(visitId),
        Number(localDateAt(clock.now()).slice(0, 4)),
      ),
    decrypt: (value, visitId) =>
      value && PersonOnSlip.fromJSON(JSON.parse(cipher.decrypt(value, cellOf(visitId)))),
  };
}
