import {
  DecideReimbursementResponse,
  EnterReimbursementBillResponse,
  OpenReimbursementResponse,
  PreviewMaterialsResponse,
  PrintReimbursementResponse,
  ReceiveMaterialsResponse,
  RecordReimbursementPaymentResponse,
  ReimbursementServiceService,
  type ReimbursementAmounts as WireAmounts,
  WithdrawReimbursementResponse,
} from '@yijie/contracts/reimbursement';
import { type Refusal, refuse } from '@yijie/errors';
import { assert } from '@yijie/money';
import type { Database, Queryable } from '@yijie/postgres';
import {
  type CallContext,
  type Clock,
  type Ids,
  idToText,
  type UnaryService,
  unaryService,
} from '@yijie/runtime';
import { type Authorized, auditActor, type ColumnCipher, callerName } from '@yijie/security';
import { previewPapers, receivePapers } from '../../application/claims/check-reimbursement-papers.ts';
import { decideReimbursement } from '../../application/claims/decide-reimbursement.ts';
import { enterReimbursementBill } from '../../application/claims/enter-reimbursement-bill.ts';
import { listReimbursements } from '../../application/claims/list-reimbursements.ts';
import { moveReimbursement } from '../../application/claims/move-reimbursement.ts';
import { openReimbursement } from '../../application/claims/open-reimbursement.ts';
import { payReimbursement } from '../../application/claims/pay-reimbursement.ts';
import { printReimbursement } from '../../application/claims/print-reimbursement.ts';
import type { BureauActor } from '../../application/claims/propose-correction.ts';
import { readBankAccount } from '../../application/claims/reimbursement-bank.ts';
import type { ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import type { TermsBook } from '../../core/claims/reimbursement-terms.ts';
import type { PolicyBook } from '../../core/policy/policy-book.ts';
import type { ServicesBook } from '../../core/settling/home-services.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { findCase, historyOf, type StoredCase } from '../../repositories/claims/reimbursement-rows.ts';
import { callerPool } from './caller-pool.ts';
import { readForm, requiredDate, requiredId, requiredText } from './form.ts';
import { keyedCall } from './keyed-call.ts';
import {
  type RegionNames,
  readBank,
  readBill,
  readClaim,
  readMaterials,
  readVerdict,
} from './reimbursement-form.ts';
import { wireAmounts, wireCase } from './reimbursement-view.ts';

export interface ReimbursementServiceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly cipher: ColumnCipher;
  readonly policies: PolicyBook;
  readonly services: ServicesBook;
  readonly terms: TermsBook;
  readonly regions: RegionNames;
}

export function reimbursementService(parts: ReimbursementServiceParts): UnaryService<Authorized> {
  const { database, clock, cipher } = parts;

  /** The case as callers see it: the account behind its last digits. */
  function view({ found, bankCipher }: StoredCase) {
    return wireCase(
      found,
      readBankAccount(cipher, found.reimbursementId, bankCipher),
      parts.terms,
      clock.now(),
    );
  }

  /** The case as a change left it; read on the change's own connection, or busy calls would wait for each other. */
  async function shown(tx: Queryable, { reimbursementId }: ReimbursementCase) {
    const stored = await findCase(tx, reimbursementId, {});
    assert(stored !== undefined, 'a case that was changed is gone');
    return view(stored);
  }

  return unaryService(ReimbursementServiceService, {
    async openReimbursement(request, call) {
      const read = readForm(() => ({
        personToken: requiredText('person_token', request.personToken),
        claim: readClaim(request.claim, parts.regions),
        bank: readBank(request.claim),
      }));
      if (!read.ok) return read;
      const { personToken, claim, bank } = read.form;
      return keyedCall(parts, call, request.idempotencyKey, OpenReimbursementResponse, async (tx, nowMs) => {
        const opened = await openReimbursement(parts, tx, personToken, claim, bank, actorOf(call), nowMs);
        if (!opened.ok) return opened;
        const { found } = opened;
        const reimbursement = wireCase(found, bank, parts.terms, nowMs);
        return changed('open', found, { reimbursement });
      });
    },

    async previewMaterials(request, call) {
      const read = readForm(() => ({
        id: requiredId('reimbursement_id', request.reimbursementId),
        materials: readMaterials(request.materials),
      }));
      if (!read.ok) return read;
      const { id, materials } = read.form;
      return keyedCall(parts, call, request.idempotencyKey, PreviewMaterialsResponse, async (tx, nowMs) => {
        const previewed = await previewPapers(tx, id, materials, actorOf(call), nowMs);
        if (!previewed.ok) return previewed;
        const { found, missing } = previewed;
        return changed('preview', found, { reimbursement: await shown(tx, found), missing: [...missing] });
      });
    },

    async receiveMaterials(request, call) {
      const read = readForm(() => ({
        id: requiredId('reimbursement_id', request.reimbursementId),
        materials: readMaterials(request.materials),
      }));
      if (!read.ok) return read;
      const { id, materials } = read.form;
      return keyedCall(parts, call, request.idempotencyKey, ReceiveMaterialsResponse, async (tx, nowMs) => {
        const received = await receivePapers(parts, tx, id, materials, actorOf(call), nowMs);
        if (!received.ok) return received;
        return changed('receive', received.found, { reimbursement: await shown(tx, received.found) });
      });
    },

    async enterReimbursementBill(request, call) {
      const read = readForm(() => ({
        id: requiredId('reimbursement_id', request.reimbursementId),
        bill: readBill(request),
      }));
      if (!read.ok) return read;
      const { id, bill } = read.form;
      return keyedCall(
        parts,
        call,
        request.idempotencyKey,
        EnterReimbursementBillResponse,
        async (tx, nowMs) => {
          const entered = await enterReimbursementBill(parts, tx, id, bill, actorOf(call), nowMs);
          if (!entered.ok) return entered;
          const amounts: WireAmounts = wireAmounts(entered.amounts);
          return changed('enter-bill', entered.found, {
            reimbursement: await shown(tx, entered.found),
            amounts,
          });
        },
      );
    },

    async decideReimbursement(request, call) {
      const read = readForm(() => ({
        id: requiredId('reimbursement_id', request.reimbursementId),
        verdict: readVerdict(request),
      }));
      if (!read.ok) return read;
      const { id, verdict } = read.form;
      return keyedCall(
        parts,
        call,
        request.idempotencyKey,
        DecideReimbursementResponse,
        async (tx, nowMs) => {
          const decided = await decideReimbursement(parts, tx, id, verdict, actorOf(call), nowMs);
          if (!decided.ok) return decided;
          const reimbursement = await shown(tx, decided.found);
          return changed(verdict.approve ? 'approve' : 'reject', decided.found, { reimbursement });
        },
      );
    },

    async recordReimbursementPayment(request, call) {
      const read = readForm(() => ({
        id: requiredId('reimbursement_id', request.reimbursementId),
        bankReference: requiredText('bank_reference', request.bankReference, 64),
        paidOn: requiredDate('paid_on', request.paidOn),
      }));
      if (!read.ok) return read;
      const { id, ...payment } = read.form;
      return keyedCall(
        parts,
        call,
        request.idempotencyKey,
        RecordReimbursementPaymentResponse,
        async (tx, nowMs) => {
          const paid = await payReimbursement(tx, id, payment, actorOf(call), nowMs);
          if (!paid.ok) return paid;
          return changed('pay', paid.found, { reimbursement: await shown(tx, paid.found) });
        },
      );
    },

    async withdrawReimbursement(request, call) {
      const read = readForm(() => ({
        id: requiredId('reimbursement_id', request.reimbursementId),
        reason: requiredText('reason', request.reason, 500),
      }));
      if (!read.ok) return read;
      const { id, reason } = read.form;
      return keyedCall(
        parts,
        call,
        request.idempotencyKey,
        WithdrawReimbursementResponse,
        async (tx, nowMs) => {
          const withdrawn = await moveReimbursement(tx, id, actorOf(call), nowMs, () => ({
            event: 'withdraw',
            reason,
          }));
          if (!withdrawn.ok) return withdrawn;
          return changed('withdraw', withdrawn.found, { reimbursement: await shown(tx, withdrawn.found) });
        },
      );
    },

    async getReimbursement({ reimbursementId }, { identity }) {
      const stored = await storedCase(reimbursementId, identity);
      if ('code' in stored) return stored;
      const history = await historyOf(database, stored.found.reimbursementId);
      return {
        reimbursement: view(stored),
        history: history.map((line) => ({
          ...line,
          fromState: line.fromState ?? '',
          reason: line.reason ?? '',
        })),
      };
    },

    async listReimbursements(request, { identity }) {
      const page = await listReimbursements(database, request, callerPool(identity));
      if (!page.ok) return page;
      return { reimbursements: page.cases.map(view), nextPageToken: page.nextPageToken };
    },

    async printReimbursement({ reimbursementId, language }, { identity }) {
      const stored = await storedCase(reimbursementId, identity);
      if ('code' in stored) return stored;
      const { found } = stored;
      const printed = await printReimbursement(parts, stored, language === 'en' ? 'en' : 'zh');
      if (!printed.ok) return printed;
      // The letter carries the whole name: who printed it stands in the trail.
      await appendAudit(database, [
        {
          ...auditActor(identity.caller),
          atMs: clock.now(),
          action: 'reimbursement.print',
          object: objectOf(found),
          purpose: 'decision letter',
        },
      ]);
      return PrintReimbursementResponse.create({ text: printed.text });
    },
  });

  async function storedCase(idText: string, identity: Authorized): Promise<StoredCase | Refusal> {
    const read = readForm(() => requiredId('reimbursement_id', idText));
    if (!read.ok) return read;
    const stored = await findCase(database, read.form, { pool: callerPool(identity) });
    return stored ?? refuse('REI-NOTFOUND', { reimbursementId: idText });
  }
}

function actorOf({ identity }: CallContext<Authorized>): BureauActor {
  return { name: callerName(identity.caller), pool: callerPool(identity) };
}

function objectOf({ reimbursementId }: ReimbursementCase): string {
  return `reimbursement:${idToText(reimbursementId)}`;
}

function changed<Response>(act: string, found: ReimbursementCase, response: Response) {
  return { ok: true as const, action: `reimbursement.${act}`, object: objectOf(found), response };
}
