import type { CategoryTotals } from '@yijie/contracts/common';
import { Command, type Settle } from '@yijie/contracts/exchange';
import { type Incoming, sealRecords } from '@yijie/exchange';
import type { RecordSigner } from '@yijie/security';
import type { CountingIds } from '@yijie/testkit';

export const HOME_POOL = '430100';
export const TREATMENT_POOL = '410100';
export const INSTITUTION = 'H41010500123';
/** 2025-06-02 09:00 in Shanghai. */
export const NOON = Date.parse('2025-06-02T01:00:00Z');

export interface SettleOptions {
  readonly person: string;
  readonly totalFen?: number;
  readonly inScopeFen?: number;
  readonly useAccount?: boolean;
  readonly quoteHash?: Buffer;
  readonly settledAtMs?: number;
  readonly expiresAtMs?: number;
  readonly institutionCode?: string;
  readonly homePool?: string;
  readonly emergency?: boolean;
  readonly commandId?: Uint8Array;
  readonly admissionDate?: number;
  readonly dischargeDate?: number;
  /** Instead of a bill of its own. */
  readonly bill?: Settle;
}

/** Makes commands as a treatment site sends them, each at the next place of one log partition. */
export class CommandMaker {
  readonly #ids: CountingIds;
  readonly #signer: RecordSigner | undefined;
  #offset = 0;
  #sequence = 0;

  /** With a signer the records carry the headers of the treatment province. */
  constructor(ids: CountingIds, signer?: RecordSigner) {
    this.#ids = ids;
    this.#signer = signer;
  }

  settle(options: SettleOptions): Incoming {
    const settledAtMs = options.settledAtMs ?? NOON;
    const bill = options.bill ?? this.bill(options);
    const quoteHash = options.quoteHash ?? bill.quoteHash;
    return this.#incoming(options.person, {
      ...this.#head(options),
      body: { $case: 'settle', settle: { ...bill, quoteHash, settledAtMs } },
    });
  }

  bill(options: Omit<SettleOptions, 'person'>): Settle {
    const total = options.totalFen ?? 500_000;
    const inScope = options.inScopeFen ?? total;
    const parts = {
      totalFen: total,
      selfPaidFen: total - inScope,
      overLimitFen: 0,
      prepaySelfFen: 0,
      inScopeFen: inScope,
    };
    const category: CategoryTotals = { code: '09', ...parts };
    return {
      visit: {
        visitId: Buffer.from(this.#ids.next()),
        kind: 1,
        admissionDate: options.admissionDate ?? 20250520,
        dischargeDate: options.dischargeDate ?? 20250601,
        emergency: options.emergency ?? false,
        injury: false,
        thirdPartyLiable: false,
        injuryStatementSigned: false,
        paidInFull: false,
        chronicDiseaseCode: '',
        diagnosisCode: '',
        hospitalLevel: 4,
        hospitalKind: 'general',
        institutionOpen: true,
        institutionSuspended: false,
        diseaseNotOpen: false,
        suspendedUntilMs: 0,
      },
      totalFen: total,
      categories: [category],
      groups: [{ group: '', ...parts }],
      useAccount: options.useAccount ?? false,
      quoteHash: options.quoteHash ?? Buffer.alloc(0),
      settledAtMs: options.settledAtMs ?? NOON,
      lines: [],
    };
  }

  refund(
    person: string,
    settlement: Incoming | Uint8Array,
    options: { institutionCode?: string; expiresAtMs?: number; refundedAtMs?: number } = {},
  ): Incoming {
    return this.#incoming(person, {
      ...this.#head({ person, ...options }),
      body: {
        $case: 'refund',
        refund: {
          settlementId: idOf(settlement),
          reason: 'wrong class',
          refundedAtMs: options.refundedAtMs ?? NOON,
        },
      },
    });
  }

  reverse(person: string, original: Incoming | Uint8Array): Incoming {
    return this.#incoming(person, {
      ...this.#head({ person }),
      body: { $case: 'reverse', reverse: { originalCommandId: idOf(original) } },
    });
  }

  /** The same bytes at a later place of the log, as a re-send puts them. */
  again(message: Incoming): Incoming {
    this.#offset += 1;
    return { ...message, offset: this.#offset };
  }

  #head(options: SettleOptions) {
    this.#sequence += 1;
    return {
      commandId: Buffer.from(options.commandId ?? this.#ids.next()),
      personToken: options.person,
      homePool: options.homePool ?? HOME_POOL,
      treatmentPool: TREATMENT_POOL,
      institutionCode: options.institutionCode ?? INSTITUTION,
      sequence: this.#sequence,
      issuedAtMs: NOON,
      expiresAtMs: options.expiresAtMs ?? NOON + 30_000,
      replyPartition: 3,
    };
  }

  /** The message with the envelope that the treatment province gives what it holds now. */
  signed(message: Incoming): Incoming {
    if (this.#signer === undefined) return message;
    const [record] = sealRecords(this.#signer, [{ ...message, kind: 'command' }]);
    return { ...message, headers: record?.headers ?? {} };
  }

  #incoming(person: string, command: Command): Incoming {
    this.#offset += 1;
    return this.signed({
      topic: 'yijie.request.430000',
      partition: 0,
      offset: this.#offset,
      key: person,
      kind: 'command',
      payload: Command.encode(command).finish(),
      signedBy: '410000',
      traceParent: null,
      headers: {},
      appendedAtMs: NOON,
    });
  }
}

export function idOf(message: Incoming | Uint8Array): Buffer {
  return message instanceof Uint8Array ? Buffer.from(message) : Command.decode(message.payload).commandId;
}
