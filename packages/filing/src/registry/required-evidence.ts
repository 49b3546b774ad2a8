import type { FilingType } from '@yijie/codes';
import { isLongTerm } from '../chosen-filing.ts';
import type { ProofState } from '../contract.ts';
import type { Evidence, FilingRecord } from './filing-record.ts';

const LONG_TERM: readonly Evidence[] = ['household-register', 'residence-proof', 'work-proof'];

/** Any one of these is enough (clearing-and-filing §1.1); an empty list asks for nothing. */
export const requiredEvidence: Readonly<Record<FilingType, readonly Evidence[]>> = {
  LT_RETIREE: LONG_TERM,
  LT_RESIDENT: LONG_TERM,
  LT_WORKER: LONG_TERM,
  TM_REFERRAL: ['referral-document'],
  TM_EMERGENCY: [],
  TM_OTHER: [],
  MATERNITY: ['maternity-handbook'],
};

export function hasEvidence(type: FilingType, given: readonly Evidence[]): boolean {
  const accepted = requiredEvidence[type];
  return accepted.length === 0 || accepted.some((evidence) => given.includes(evidence));
}

/**
 * The papers that a filing stands on. Of one whose papers were looked at before they were listed, it is known that
 * there was one of those its type accepts.
 */
export function evidenceOf(filing: Pick<FilingRecord, 'type' | 'proof' | 'evidence'>): readonly Evidence[] {
  return filing.evidence ?? (filing.proof === 'COMPLETE' ? requiredEvidence[filing.type] : []);
}

/** Only long-term filers may promise the proof instead of showing it (承诺制). */
export function allowsCommitment(type: FilingType): boolean {
  return isLongTerm(type);
}

export function proofState(type: FilingType, byCommitment: boolean, given: readonly Evidence[]): ProofState {
  if (requiredEvidence[type].length === 0) return 'NONE';
  return byCommitment && !hasEvidence(type, given) ? 'PENDING' : 'COMPLETE';
}
