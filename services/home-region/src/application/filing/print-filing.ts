import { addDays, type LocalDate, localDateAt } from '@yijie/calendar';
import {
  type CommitmentData,
  type FilingFormData,
  type Language,
  renderCommitment,
  renderFilingForm,
} from '@yijie/documents';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import type { OwnedFiling } from '../../repositories/filing/filing-rows.ts';
import { findMember } from '../../repositories/members/member-rows.ts';
import { readIdentity } from '../members/member-identity.ts';
import { readParticulars } from './filing-particulars.ts';
import type { Registry } from './filing-registry.ts';

export type FilingDocumentKind = 'form' | 'commitment';

/** The filing form or the commitment letter, ready to be printed and signed. */
export async function printFiling(
  registry: Registry,
  database: Queryable,
  filing: OwnedFiling,
  document: FilingDocumentKind,
  language: Language,
): Promise<{ readonly ok: true; readonly text: string } | Refusal> {
  if (document === 'form') {
    const form = await filingFormData(registry, database, filing);
    return { ok: true, text: renderFilingForm(form, { language }) };
  }
  if (!filing.record.byCommitment) {
    const { filingId } = filing.record;
    return refuse('FIL-NOLETTER', { filingId });
  }
  const letter = await commitmentData(registry, database, filing, language);
  return { ok: true, text: renderCommitment(letter, { language }) };
}

/** What the form shows (attachment 1). */
async function filingFormData(
  registry: Registry,
  database: Queryable,
  filing: OwnedFiling,
): Promise<FilingFormData> {
  const { record } = filing;
  const { stored, identity } = await personOf(registry, database, filing);
  const particulars = await readParticulars(registry.cipher, database, record.filingId);
  return {
    filingId: record.filingId,
    state: record.state,
    channel: record.channel,
    appliedOn: localDateAt(record.appliedAt),
    person: { ...identity, gender: GENDERS[stored.gender] ?? '' },
    scheme: filing.scheme,
    personClass: stored.member.personClass,
    homeRegion: regionOf(registry, stored.member.homePool),
    targetRegion: regionOf(registry, record.targetRegion),
    type: record.type,
    from: record.from,
    lastDay: record.until && addDays(record.until, -1),
    proof: record.proof,
    proofDueOn: record.proofDueOn,
    referralHospital: particulars.referralInstitution,
    referralDocument: particulars.referralDocument,
    address: particulars.contact?.address,
    contact: particulars.contact?.name,
    telephone: particulars.contact?.telephone,
  };
}

async function commitmentData(
  registry: Registry,
  database: Queryable,
  filing: OwnedFiling,
  language: Language,
): Promise<CommitmentData> {
  const { record } = filing;
  const { stored, identity } = await personOf(registry, database, filing);
  const homePool = stored.member.homePool;
  const days = registry.parameters.on(homePool, record.from).commitmentProofDueDays;
  const targetRegion = regionOf(registry, record.targetRegion);
  return {
    person: identity,
    homeRegion: regionOf(registry, homePool),
    targetRegion,
    type: record.type,
    fact:
      language === 'zh'
        ? `本人在${targetRegion.name}长期居住、工作`
        : `I live or work in ${targetRegion.name}`,
    proofDueOn: record.proofDueOn ?? dayOfProof(record.from, days),
  };
}

/** Before it has taken effect, as if it did on its first day. */
function dayOfProof(from: LocalDate, days: number): LocalDate {
  return addDays(from, days);
}

async function personOf(registry: Registry, database: Queryable, { personToken }: OwnedFiling) {
  const stored = await findMember(database, personToken, undefined);
  if (stored === undefined) throw new Error('a filing without its member');
  return { stored, identity: readIdentity(registry.cipher, personToken, stored.identityCipher) };
}

function regionOf({ regions }: Registry, code: string) {
  return { code, name: regions.nameOf(code, { full: true }) };
}

/** GB/T 2261.1 */
const GENDERS: Readonly<Record<string, string>> = { '1': '男', '2': '女', '9': '未说明' };
