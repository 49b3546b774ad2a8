import { type LocalDate, localDateToNumber } from '@yijie/calendar';
import type {
  FilingContact as WireContact,
  FilingRecord as WireFiling,
  Material as WireMaterial,
  FilingTransition as WireTransition,
} from '@yijie/contracts/home';
import { EVIDENCE, type FilingRecord, type FilingTransition } from '@yijie/filing';
import type { FilingContact, Material } from '../../application/filing/filing-particulars.ts';
import { filingType } from '../../wire/words.ts';
import { plainText, requiredText, requiredWord } from './form.ts';

export function wireFiling(record: FilingRecord, personToken = ''): WireFiling {
  return {
    filingId: record.filingId,
    type: filingType.wire(record.type),
    targetRegion: record.targetRegion,
    validFrom: localDateToNumber(record.from),
    validUntil: dateNumber(record.until),
    channel: record.channel,
    state: record.state,
    decidedAtMs: record.decidedAt ?? 0,
    version: record.version,
    byCommitment: record.byCommitment,
    proof: record.proof,
    proofDueOn: dateNumber(record.proofDueOn),
    barredUntil: dateNumber(record.barredUntil),
    reviewDueOn: dateNumber(record.reviewDueOn),
    missing: [...(record.missing ?? [])],
    supplementDueOn: dateNumber(record.supplementDueOn),
    lockedUntil: dateNumber(record.lockedUntil),
    supersedesId: record.supersedesId ?? '',
    appliedAtMs: record.appliedAt,
    effectiveAtMs: record.effectiveAt ?? 0,
    reasonCode: record.reasonCode ?? '',
    personToken,
  };
}

export function wireTransition(transition: FilingTransition): WireTransition {
  return {
    version: transition.version,
    fromState: transition.from ?? '',
    toState: transition.to,
    event: transition.event,
    actor: transition.actor,
    atMs: transition.at,
    reason: transition.reason ?? '',
  };
}

/** A paper needs a place where it lies; at most twenty of them, as many as any form lists. */
export function readMaterials(materials: readonly WireMaterial[]): Material[] {
  return materials.slice(0, MATERIALS_MAX + 1).map((material, index) => ({
    kind: requiredWord(
      `materials[${index}].kind`,
      index < MATERIALS_MAX ? EVIDENCE.find((kind) => kind === material.kind) : undefined,
    ),
    reference: requiredText(`materials[${index}].reference`, material.reference),
  }));
}

const MATERIALS_MAX = 20;

export function readContact(contact: WireContact | undefined): FilingContact | undefined {
  if (contact === undefined) return undefined;
  return {
    name: plainText('contact.name', contact.name),
    telephone: plainText('contact.telephone', contact.telephone),
    address: plainText('contact.address', contact.address),
  };
}

function dateNumber(date: LocalDate | undefined): number {
  return date === undefined ? 0 : localDateToNumber(date);
}
