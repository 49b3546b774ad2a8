import { fileURLToPath } from 'node:url';
import { localDate } from '@yijie/calendar';
import { fen } from '@yijie/money';
import { createColumnCipher, dataKeyId } from '@yijie/security';
import { CountingIds } from '@yijie/testkit';
import { receivePapers } from '../src/application/claims/check-reimbursement-papers.ts';
import type { ReimbursementParts } from '../src/application/claims/compute-reimbursement.ts';
import { decideReimbursement } from '../src/application/claims/decide-reimbursement.ts';
import { enterReimbursementBill } from '../src/application/claims/enter-reimbursement-bill.ts';
import { openReimbursement } from '../src/application/claims/open-reimbursement.ts';
import { payReimbursement } from '../src/application/claims/pay-reimbursement.ts';
import type { Claim, ClaimBill } from '../src/core/claims/reimbursement-claim.ts';
import type { Material } from '../src/core/claims/reimbursement-materials.ts';
import { readReimbursementTerms } from '../src/repositories/claims/reimbursement-terms.ts';
import { BureauDesk } from './bureau-desk.ts';
import type { HomeFixture } from './home-fixture.ts';
import { HOME_POOL, INSTITUTION, NOON, TREATMENT_POOL } from './wire-commands.ts';

export const CLERK = { name: 'agency:430100/clerk-1', pool: HOME_POOL };
export const REVIEWER = { name: 'agency:430100/reviewer-1', pool: HOME_POOL };
export const CASHIER = { name: 'agency:430100/finance-1', pool: HOME_POOL };
export const PAPERS: Material[] = [
  'identity',
  'receipt',
  'itemised-list',
  'bank-account',
  'discharge-record',
  'prescription',
];
export const BANK = { bankName: 'a bank', account: '6200000000001234', holder: 'somebody' };
const TERMS = fileURLToPath(new URL('../../../data/reimbursement/terms.json', import.meta.url));

/** The people of an agency who take, decide and pay claims, each call as the inbound adapter makes it. */
export class ClaimDesk {
  readonly desk: BureauDesk;
  readonly parts: ReimbursementParts & Parameters<typeof openReimbursement>[0];
  #receipts = 0;

  constructor(desk: BureauDesk, parts: ClaimDesk['parts']) {
    this.desk = desk;
    this.parts = parts;
  }

  static async at(home: HomeFixture): Promise<ClaimDesk> {
    const ids = new CountingIds(9n);
    return new ClaimDesk(new BureauDesk(home.database), {
      ids,
      ...home.rules,
      terms: await readReimbursementTerms(TERMS),
      cipher: createColumnCipher({
        region: '430000',
        profile: 'intl',
        keys: [{ keyId: dataKeyId('430000', 2025), bytes: Buffer.alloc(32, 7) }],
        entropy: ids,
      }),
    });
  }

  claim(change: Partial<Claim> = {}): Claim {
    this.#receipts += 1;
    return {
      visitKind: 'inpatient',
      treatmentPool: TREATMENT_POOL,
      institutionCode: INSTITUTION,
      institutionName: 'a hospital',
      hospitalLevel: 'L3',
      hospitalKind: 'general',
      admissionDate: localDate('2025-03-20'),
      dischargeDate: localDate('2025-04-01'),
      paidInFullOn: localDate('2025-04-01'),
      emergency: false,
      injury: false,
      thirdPartyLiable: false,
      injuryStatement: false,
      diseaseCode: undefined,
      receiptNumber: `R-${this.#receipts}`,
      totalFen: fen(3_000_000),
      useAccount: false,
      cause: 'ORG-NOTNET',
      channel: 'ONLINE',
      ...change,
    };
  }

  bill(totalFen: number): ClaimBill {
    const parts = { selfPaidFen: fen(0), overLimitFen: fen(0), prepaySelfFen: fen(0) };
    return {
      categories: [{ code: '09', totalFen: fen(totalFen), ...parts, inScopeFen: fen(totalFen) }],
      groups: [],
    };
  }

  open(person: string, claim: Claim, nowMs = NOON) {
    return this.desk.call((tx) => openReimbursement(this.parts, tx, person, claim, BANK, CLERK, nowMs));
  }

  receive(id: Uint8Array, papers: readonly Material[] = PAPERS, nowMs = NOON) {
    return this.desk.call((tx) => receivePapers(this.parts, tx, id, papers, CLERK, nowMs));
  }

  enter(id: Uint8Array, bill: ClaimBill) {
    return this.desk.call((tx) => enterReimbursementBill(this.parts, tx, id, bill, CLERK, NOON));
  }

  approve(id: Uint8Array, payableFen: number, actor = REVIEWER, nowMs = NOON) {
    const verdict = { approve: true, payableFen, reason: 'complete' } as const;
    return this.desk.call((tx) => decideReimbursement(this.parts, tx, id, verdict, actor, nowMs));
  }

  reject(id: Uint8Array, nowMs = NOON) {
    const verdict = { approve: false, reasonCode: 'NOT_COVERED', reason: 'not in scope' } as const;
    return this.desk.call((tx) => decideReimbursement(this.parts, tx, id, verdict, REVIEWER, nowMs));
  }

  pay(id: Uint8Array, bankReference: string, actor = CASHIER) {
    const payment = { bankReference, paidOn: localDate('2025-06-10') };
    return this.desk.call((tx) => payReimbursement(tx, id, payment, actor, NOON));
  }

  async opened(person: string, change: Partial<Claim> = {}): Promise<Uint8Array> {
    const answer = await this.open(person, this.claim(change));
    if (!answer.ok) throw new Error(answer.code);
    return answer.found.reimbursementId;
  }

  /** Opened, received, its bill entered. */
  async underReview(person: string, change: Partial<Claim> = {}) {
    const id = await this.opened(person, change);
    const received = await this.receive(id);
    if (!received.ok) throw new Error(received.code);
    const entered = await this.enter(id, this.bill(change.totalFen ?? 3_000_000));
    if (!entered.ok) throw new Error(entered.code);
    return { id, amounts: entered.amounts };
  }
}
