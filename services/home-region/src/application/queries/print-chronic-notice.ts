import { addDays, localDateAt } from '@yijie/calendar';
import { type Language, renderChronicNotice } from '@yijie/documents';
import { chronicOpenList, isOpenedChronicDisease } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { type ColumnCipher, maskCertificateNumber } from '@yijie/security';
import { qualificationsOn } from '../../core/settling/benefits.ts';
import { filingsOfPerson } from '../../repositories/filing/filing-rows.ts';
import { qualificationsOfPerson } from '../../repositories/members/benefit-rows.ts';
import type { StoredMember } from '../../repositories/members/member-rows.ts';
import { readIdentity } from '../members/member-identity.ts';

/** Names and offices from the reference data, as papers show them. */
export interface PublicNames {
  regionName(code: string): string;
  diseaseName(code: string): string;
  /** The code itself where no name is known. */
  institutionName(code: string): string;
  /** Offices that serve a home pool. */
  agencyContacts(homePool: string): readonly { readonly office: string; readonly phone: string }[];
}

/** The notice (门诊慢特病跨省联网告知书) with what the person holds today. */
export async function printChronicNotice(
  parts: { readonly database: Queryable; readonly cipher: ColumnCipher; readonly names: PublicNames },
  { member, identityCipher }: StoredMember,
  language: Language,
  nowMs: number,
): Promise<string> {
  const { names, database } = parts;
  const { personToken, scheme, homePool } = member;
  const today = localDateAt(nowMs);
  const { name, certificateNumber } = readIdentity(parts.cipher, personToken, identityCipher);
  const qualifications = (await qualificationsOfPerson(database, personToken)).filter(
    (one) => one.scheme === scheme,
  );
  const filings = (await filingsOfPerson(database, personToken)).filter(
    ({ record, ...owner }) =>
      owner.scheme === scheme &&
      record.state === 'EFFECTIVE' &&
      record.channel !== 'DEEMED' &&
      record.type !== 'MATERNITY' &&
      (record.until === undefined || today < record.until),
  );
  const region = (code: string) => ({ code, name: names.regionName(code) });
  return renderChronicNotice(
    {
      person: { name, certificateNumber: maskCertificateNumber(certificateNumber) },
      scheme,
      homeRegion: region(homePool),
      issuedOn: today,
      filedTo: [...new Set(filings.map(({ record }) => record.targetRegion))].map(region),
      qualifications: qualificationsOn({ qualifications, choices: [] }, today).map((one) => ({
        diseaseCode: one.diseaseCode,
        diseaseName: names.diseaseName(one.diseaseCode),
        from: one.from,
        lastDay: one.until && addDays(one.until, -1),
        hospitals: one.institutionCodes.map((code) => names.institutionName(code)),
        isOpened: isOpenedChronicDisease(one.diseaseCode, today),
      })),
      opened: chronicOpenList.filter(({ openFrom }) => openFrom <= today).map(({ zh }) => zh),
      contacts: names.agencyContacts(homePool),
    },
    { language },
  );
}
