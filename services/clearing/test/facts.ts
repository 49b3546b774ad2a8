import type { Bus } from '@yijie/bus';
import { provinceOf } from '@yijie/codes';
import { Scheme, VisitKind } from '@yijie/contracts/common';
import { FactKind, FactSide, SettlementFact } from '@yijie/contracts/exchange';
import { factTopic, type Outgoing, sealRecords, withContentHash } from '@yijie/exchange';
import { fen, NO_SHARES, negateShares, type Shares } from '@yijie/money';
import { idToText } from '@yijie/runtime';
import { createRecordSigner, type RecordSigner, type RegionKeys } from '@yijie/security';
import { CountingIds } from '@yijie/testkit';

export const HOSPITAL = 'H11010100001';
export const OTHER_HOSPITAL = 'H11010100002';
/** Noon in Beijing. */
export const MARCH_10 = Date.parse('2026-03-10T04:00:00Z');

/** A settlement or refund as both sides would say it. */
export type Content = Omit<SettlementFact, 'contentHash' | 'side'>;

/** Facts of a person of Jilin's capital pool in a hospital of Beijing, unless said otherwise. */
export class FactMaker {
  readonly #bus: Bus;
  readonly #topic: string;
  readonly #keysOf: (province: string) => Promise<RegionKeys>;
  readonly #signers = new Map<string, RecordSigner>();
  readonly #ids = new CountingIds();

  constructor(bus: Bus, topicPrefix: string, keysOf: (province: string) => Promise<RegionKeys>) {
    this.#bus = bus;
    this.#topic = factTopic(topicPrefix);
    this.#keysOf = keysOf;
  }

  settlement(change: Partial<Content> = {}): Content {
    const shares: Shares = { ...NO_SHARES, poolFundFen: fen(3_000_000), personalCashFen: fen(2_000_000) };
    return {
      settlementId: Buffer.from(this.#ids.next()),
      originalSettlementId: Buffer.alloc(0),
      kind: FactKind.SETTLEMENT,
      visitKind: VisitKind.INPATIENT,
      scheme: Scheme.EMPLOYEE,
      homePool: '220100',
      treatmentPool: '110000',
      institutionCode: HOSPITAL,
      settledAtMs: MARCH_10,
      totalFen: 5_000_000,
      shares,
      policyVersion: '220100/employee@2026-01-01',
      ...change,
    };
  }

  refundOf(original: Content, change: Partial<Content> = {}): Content {
    return {
      ...original,
      settlementId: Buffer.from(this.#ids.next()),
      originalSettlementId: original.settlementId,
      kind: FactKind.REFUND,
      settledAtMs: original.settledAtMs + 3_600_000,
      totalFen: -original.totalFen,
      shares: negateShares(original.shares as unknown as Shares),
      ...change,
    };
  }

  /** Each content as the side says it, in one batch of one record each, signed by the side's province. */
  async publish(side: 'treatment' | 'home', ...contents: readonly Content[]): Promise<void> {
    for (const content of contents) {
      const province = provinceOf(side === 'treatment' ? content.treatmentPool : content.homePool);
      await this.publishAs(province, side, content);
    }
  }

  /** Like `publish`, so many at a time with one signature. */
  async publishMany(side: 'treatment' | 'home', contents: readonly Content[], size: number): Promise<void> {
    for (let from = 0; from < contents.length; from += size) {
      const some = contents.slice(from, from + size);
      const [first] = some;
      if (first === undefined) return;
      const province = provinceOf(side === 'treatment' ? first.treatmentPool : first.homePool);
      const records = some.map((content) => this.#record(content, encoded(side, content)));
      await this.#bus.publish(this.#topic, sealRecords(await this.#signerOf(province), records));
    }
  }

  async publishAs(
    province: string,
    side: 'treatment' | 'home',
    content: Content,
    change: Partial<SettlementFact> = {},
  ): Promise<void> {
    await this.publishBytes(province, content, encoded(side, content, change));
  }

  async publishBytes(province: string, content: Content, payload: Uint8Array): Promise<void> {
    const signer = await this.#signerOf(province);
    await this.#bus.publish(this.#topic, sealRecords(signer, [this.#record(content, payload)]));
  }

  #record({ settlementId }: Content, payload: Uint8Array): Outgoing {
    const key = idToText(settlementId);
    return { topic: this.#topic, key, partition: null, kind: 'fact', payload, traceParent: null };
  }

  /** Both sides say the same, the treatment site first. */
  async publishBoth(...contents: readonly Content[]): Promise<void> {
    await this.publish('treatment', ...contents);
    await this.publish('home', ...contents);
  }

  async #signerOf(province: string): Promise<RecordSigner> {
    const known = this.#signers.get(province) ?? createRecordSigner((await this.#keysOf(province)).signing);
    this.#signers.set(province, known);
    return known;
  }
}

function encoded(
  side: 'treatment' | 'home',
  content: Content,
  change: Partial<SettlementFact> = {},
): Uint8Array {
  const said = side === 'treatment' ? FactSide.TREATMENT : FactSide.HOME;
  return SettlementFact.encode({ ...withContentHash({ ...content, side: said }), ...change }).finish();
}
