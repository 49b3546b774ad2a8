import {
  type LocalDate,
  localDateAt,
  localDateFromNumber,
  localDateToNumber,
  parseLocalDate,
} from '@yijie/calendar';
import { type VisitKind as KindWord, parseRegionCode } from '@yijie/codes';
import { VisitKind } from '@yijie/contracts/common';
import type {
  ListAgencyContactsRequest,
  ListAgencyContactsResponse,
  ListHospitalsRequest,
  ListHospitalsResponse,
} from '@yijie/contracts/directory';
import { type Refusal, refuse } from '@yijie/errors';
import { LEVEL_NUMBERS, VISIT_KIND_WORDS } from '../../core/institution.ts';
import {
  type ListedHospital,
  listAgencies,
  listHospitals as listRows,
} from '../../repositories/directory.ts';
import { loadedVersions } from '../../repositories/reference.ts';
import type { Site } from '../site.ts';

const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

/** Networked hospitals by region, service and day, by code: the last code shown is the page token. */
export async function listHospitals(
  site: Site,
  request: ListHospitalsRequest,
): Promise<ListHospitalsResponse | Refusal> {
  const { region, service, chronicDiseaseCode, onDate, pageToken } = request;
  const size = pageSize(request.pageSize);
  if (size === undefined) return refuse('FRM-PAGE');
  if (region !== '' && parseRegionCode(region) === undefined)
    return refuse('FRM-REGION', { field: 'region', value: region });
  const day = onDate === 0 ? localDateAt(site.clock.now()) : localDateFromNumber(onDate);
  if (day === undefined) return refuse('FRM-DATE', { field: 'on_date', value: String(onDate) });
  if (service !== VisitKind.UNSPECIFIED && VISIT_KIND_WORDS[service] === undefined)
    return refuse('FRM-VALUE', { field: 'service', value: String(service) });
  const rows = await listRows(site.database, {
    poolPrefix: regionPrefix(region),
    service: VISIT_KIND_WORDS[service],
    disease: chronicDiseaseCode,
    day,
    after: textOf(pageToken),
    size: size + 1,
  });
  const [version] = (await loadedVersions(site.database)).filter(({ validFrom }) => validFrom <= day);
  const shown = rows.slice(0, size);
  return {
    hospitals: shown.map(hospitalView),
    nextPageToken: rows.length > size ? tokenOf(shown.at(-1)?.institutionCode) : '',
    referenceVersion: version?.version ?? '',
  };
}

export async function listAgencyContacts(
  site: Site,
  request: ListAgencyContactsRequest,
): Promise<ListAgencyContactsResponse | Refusal> {
  const { region, pageToken } = request;
  const size = pageSize(request.pageSize);
  if (size === undefined) return refuse('FRM-PAGE');
  if (region !== '' && parseRegionCode(region) === undefined)
    return refuse('FRM-REGION', { field: 'region', value: region });
  const rows = await listAgencies(site.database, {
    regionPrefix: regionPrefix(region),
    day: localDateAt(site.clock.now()),
    after: textOf(pageToken),
    size: size + 1,
  });
  const shown = rows.slice(0, size);
  return {
    contacts: shown.map(({ fields }) => ({
      region: fields.region_code,
      regionName: fields.region_name,
      office: fields.office,
      service: fields.service,
      address: fields.address,
      phone: fields.phone,
    })),
    nextPageToken: rows.length > size ? tokenOf(shown.at(-1)?.key) : '',
  };
}

/** At most 200; undefined for a size that isn't one. */
export function pageSize(asked: number): number | undefined {
  if (asked < 0 || asked > PAGE_MAX) return undefined;
  return asked === 0 ? PAGE_DEFAULT : asked;
}

export function tokenOf(key: string | undefined): string {
  return Buffer.from(key ?? '').toString('base64url');
}

export function textOf(token: string): string {
  return Buffer.from(token, 'base64url').toString('utf8');
}

/** What the codes inside a region begin with: a province takes two digits, a city four. */
function regionPrefix(region: string): string {
  if (region.endsWith('0000')) return region.slice(0, 2);
  return region.endsWith('00') ? region.slice(0, 4) : region;
}

const KIND_NUMBERS: Readonly<Record<KindWord, VisitKind>> = {
  inpatient: VisitKind.INPATIENT,
  outpatient: VisitKind.OUTPATIENT,
  chronic: VisitKind.CHRONIC,
  maternity: VisitKind.MATERNITY,
};

function hospitalView(row: ListedHospital) {
  return {
    institutionCode: row.institutionCode,
    name: row.name,
    region: row.pool,
    level: LEVEL_NUMBERS[row.level],
    kind: row.kind,
    opened: row.opened.map(({ service, disease, from, until }) => ({
      service: KIND_NUMBERS[service],
      chronicDiseaseCode: disease,
      openFrom: dayNumber(from),
      openUntil: dayNumber(until),
    })),
    suspended: row.suspended,
  };
}

function dayNumber(text: LocalDate | ''): number {
  const day = text === '' ? undefined : parseLocalDate(text);
  return day === undefined ? 0 : localDateToNumber(day);
}

/** The contract's number of a kind of visit. */
export function kindNumber(kind: KindWord | undefined): VisitKind {
  return kind === undefined ? VisitKind.UNSPECIFIED : KIND_NUMBERS[kind];
}
