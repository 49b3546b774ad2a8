import { type Refusal, refuse } from '@yijie/errors';
import { type Visit, visitState } from './visit.ts';

export type IdText = (id: Buffer) => string;

/** The one code for a visit on which nothing may be changed any more; undefined while it is open to changes. */
export function refuseUnlessUnsettled(visit: Visit, idText: IdText): Refusal | undefined {
  switch (visitState(visit)) {
    case 'CANCELLED':
      return refuse('VST-CANCELLED');
    case 'SETTLING':
      return refuse('VST-SETTLING');
    case 'SETTLED':
      return refuse('VST-SETTLED', visit.claim ? { settlementId: idText(visit.claim.commandId) } : {});
    default:
      return undefined;
  }
}

/** As above, and not discharged either: admission and charges can still change. */
export function refuseUnlessOpen(visit: Visit, idText: IdText): Refusal | undefined {
  const settled = refuseUnlessUnsettled(visit, idText);
  if (settled) return settled;
  return visit.dischargeDate === undefined
    ? undefined
    : refuse('VST-DISCHARGED', { dischargeDate: visit.dischargeDate });
}
