import {
  ApproveFilingResponse,
  AskForMaterialResponse,
  CancelFilingResponse,
  ChangeFilingResponse,
  FilingServiceService,
  RefileFilingResponse,
  RejectFilingResponse,
  RenewFilingResponse,
  type SubmitFilingRequest,
  SubmitFilingResponse,
  SupplyMaterialResponse,
  SupplyProofResponse,
  WithdrawFilingResponse,
} from '@yijie/contracts/home';
import { refuse } from '@yijie/errors';
import { CHANNELS } from '@yijie/filing';
import { type CallContext, idFromText, type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, withSecondPerson } from '@yijie/security';
import { actOnFiling, type FilingAct } from '../../application/filing/act-on-filing.ts';
import { approveFiling } from '../../application/filing/approve-filing.ts';
import { refileFiling } from '../../application/filing/refile-filing.ts';
import { type FilingForm, submitFiling } from '../../application/filing/submit-filing.ts';
import { filingType } from '../../wire/words.ts';
import { changeFiling, type FilingServiceParts, reachesBack } from './change-filing.ts';
import { filingReads } from './filing-reads.ts';
import { readContact, readMaterials } from './filing-wire.ts';
import { optionalDate, plainText, pool, readForm, requiredText, requiredWord } from './form.ts';

/** Filings at the agency's desk: each call is a form that is read, and one act of the registry. */
export function filingService(parts: FilingServiceParts): UnaryService<Authorized> {
  const { registry, clock } = parts;

  /** An act on one filing, its form read inside. */
  function act<Answer>(
    call: CallContext<Authorized>,
    { idempotencyKey, filingId }: { readonly idempotencyKey: string; readonly filingId: string },
    message: Parameters<typeof changeFiling<Answer>>[4],
    readAct: () => FilingAct,
  ) {
    if (idFromText(filingId) === undefined) return refuse('FIL-NOTFOUND', { filingId });
    const read = readForm(readAct);
    if (!read.ok) return read;
    return changeFiling(
      parts,
      call,
      idempotencyKey,
      `filing.${read.form.kind}`,
      message,
      (tx, actor, nowMs) => actOnFiling(registry, tx, filingId, read.form, actor, nowMs),
    );
  }

  return unaryService(FilingServiceService, {
    submitFiling(request, call) {
      const read = readForm(() => readSubmission(request));
      if (!read.ok) return read;
      const { form } = read;
      const { identity, rpc } = call;
      const second = withSecondPerson(rpc, identity.caller, identity.scope);
      // Reaching into the past takes two persons.
      if (reachesBack(form.from, clock.now()) && !second.ok) return second;
      return changeFiling(
        parts,
        call,
        request.idempotencyKey,
        'filing.submit',
        SubmitFilingResponse,
        (tx, actor, nowMs) => submitFiling(registry, tx, request.personToken, form, actor, nowMs),
        second.ok,
      );
    },

    approveFiling({ idempotencyKey, filingId }, call) {
      if (idFromText(filingId) === undefined) return refuse('FIL-NOTFOUND', { filingId });
      const { identity, rpc } = call;
      const second = withSecondPerson(rpc, identity.caller, identity.scope);
      return changeFiling(
        parts,
        call,
        idempotencyKey,
        'filing.approve',
        ApproveFilingResponse,
        (tx, actor, nowMs) => approveFiling(registry, tx, filingId, actor, second, nowMs),
        second.ok,
      );
    },

    askForMaterial: (request, call) =>
      act(call, request, AskForMaterialResponse, () => ({
        kind: 'ask-material',
        missing: request.missing.map((text, index) => requiredText(`missing[${index}]`, text)),
      })),

    supplyMaterial: (request, call) =>
      act(call, request, SupplyMaterialResponse, () => ({
        kind: 'supply',
        materials: readMaterials(request.materials),
      })),

    rejectFiling: (request, call) =>
      act(call, request, RejectFilingResponse, () => ({
        kind: 'reject',
        reasonCode: requiredText('reason_code', request.reasonCode, 40),
      })),

    cancelFiling: (request, call) =>
      act(call, request, CancelFilingResponse, () => ({
        kind: 'cancel',
        reasonCode: requiredText('reason', request.reason, 40),
      })),

    changeFiling: (request, call) =>
      act(call, request, ChangeFilingResponse, () => ({
        kind: 'change',
        // UNSPECIFIED keeps what is there.
        type: request.type === 0 ? undefined : requiredWord('type', filingType.word(request.type)),
        targetRegion: request.targetRegion === '' ? undefined : pool('target_region', request.targetRegion),
        byCommitment: request.byCommitment,
        materials: readMaterials(request.materials),
        contact: readContact(request.contact),
      })),

    renewFiling: (request, call) => act(call, request, RenewFilingResponse, () => ({ kind: 'renew' })),

    withdrawFiling: (request, call) =>
      act(call, request, WithdrawFilingResponse, () => ({ kind: 'withdraw' })),

    supplyProof: (request, call) =>
      act(call, request, SupplyProofResponse, () => ({
        kind: 'proof-supplied',
        materials: readMaterials(request.materials),
      })),

    refileFiling({ idempotencyKey, filingId, targetRegion }, call) {
      if (idFromText(filingId) === undefined) return refuse('FIL-NOTFOUND', { filingId });
      const read = readForm(() => pool('target_region', targetRegion));
      if (!read.ok) return read;
      return changeFiling(
        parts,
        call,
        idempotencyKey,
        'filing.refile',
        RefileFilingResponse,
        (tx, actor, nowMs) => refileFiling(registry, tx, filingId, read.form, actor, nowMs),
      );
    },

    ...filingReads(parts),
  });
}

function readSubmission(request: SubmitFilingRequest): FilingForm {
  return {
    type: requiredWord('type', filingType.word(request.type)),
    targetRegion: pool('target_region', request.targetRegion),
    from: optionalDate('valid_from', request.validFrom),
    until: optionalDate('valid_until', request.validUntil),
    channel: requiredWord(
      'channel',
      CHANNELS.find((channel) => channel === requiredText('channel', request.channel)),
    ),
    byCommitment: request.byCommitment,
    forReview: request.forReview,
    particulars: {
      contact: readContact(request.contact),
      referralInstitution: plainText('referral_institution', request.referralInstitution),
      referralDocument: plainText('referral_document', request.referralDocument),
      materials: readMaterials(request.materials),
    },
  };
}
