import { Scheme, VisitKind } from '@yijie/contracts/common';
import { FactKind, FactSide, SettlementFact } from '@yijie/contracts/exchange';
import { type Outgoing, withContentHash } from '@yijie/exchange';
import { fen, NO_SHARES } from '@yijie/money';
import { idToText } from '@yijie/runtime';

export const HOSPITALS = Array.from({ length: 20 }, (_, index) => `H4101059${`${index}`.padStart(4, '0')}`);
/** First and last day of the month that all settlements lie in, half-open. */
export const MONTH = { fromDate: 20250301, untilDate: 20250401 } as const;

const MONTH_STARTS_MS = Date.parse('2025-02-28T16:00:00Z');
const MONTH_MS = 31 * 86_400_000;
const HOME_POOLS = ['430100', '430200', '430300', '430400'];

export interface MadeSettlement {
  readonly institutionCode: string;
  readonly scheme: Scheme;
  readonly totalFen: number;
  readonly fundFen: number;
  readonly accountFen: number;
  readonly treatment: Outgoing;
  readonly home: Outgoing;
}

/** Settlements of a month with both sides' facts, the same for the same number. */
export function* makeSettlements(count: number, topic: string): Generator<MadeSettlement> {
  for (let index = 0; index < count; index += 1) {
    const settlementId = idOf(index);
    const institutionCode = HOSPITALS[index % HOSPITALS.length] as string;
    const scheme = index % 3 === 0 ? Scheme.RESIDENT : Scheme.EMPLOYEE;
    const pool = 100_000 + ((index * 7_919) % 3_000_000);
    const large = scheme === Scheme.EMPLOYEE ? (index * 31) % 50_000 : 0;
    const account = scheme === Scheme.EMPLOYEE ? (index * 17) % 20_000 : 0;
    const cash = 50_000 + ((index * 104_729) % 900_000);
    const content = {
      settlementId,
      originalSettlementId: Buffer.alloc(0),
      kind: FactKind.SETTLEMENT,
      visitKind: index % 4 === 0 ? VisitKind.OUTPATIENT : VisitKind.INPATIENT,
      scheme,
      homePool: HOME_POOLS[index % HOME_POOLS.length] as string,
      treatmentPool: '410100',
      institutionCode,
      settledAtMs: MONTH_STARTS_MS + Math.floor((index / count) * MONTH_MS),
      totalFen: pool + large + account + cash,
      shares: {
        ...NO_SHARES,
        poolFundFen: fen(pool),
        largeAmountFen: fen(large),
        ownAccountFen: fen(account),
        personalCashFen: fen(cash),
      },
      policyVersion: `${HOME_POOLS[index % HOME_POOLS.length]}/employee@2025-01-01`,
    };
    const of = (side: FactSide): Outgoing => ({
      topic,
      key: idToText(settlementId),
      partition: null,
      kind: 'fact',
      payload: SettlementFact.encode(withContentHash({ ...content, side })).finish(),
      traceParent: null,
    });
    yield {
      institutionCode,
      scheme,
      totalFen: content.totalFen,
      fundFen: pool + large,
      accountFen: account,
      treatment: of(FactSide.TREATMENT),
      home: of(FactSide.HOME),
    };
  }
}

/** Rising, as ids with a time in them are, and far apart in the last bytes, as random ones are. */
function idOf(index: number): Buffer {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(0x0195_0000, 0);
  id.writeUInt32BE(Math.floor(index / 10), 4);
  id.writeUInt32BE(Math.imul(index + 1, 2_654_435_761) >>> 0, 8);
  id.writeUInt32BE(index, 12);
  return id;
}
