import type { RegionDirectory } from '@yijie/codes';
import { readAgencyContacts, readChronicDiseases, readHospitals } from '@yijie/reference-data';
import type { PublicNames } from '../application/queries/print-chronic-notice.ts';

/** Names of regions, diseases, hospitals and offices from the reference data, read once at the start. */
export function readPublicNames(folder: string, regions: RegionDirectory): PublicNames {
  const diseases = new Map(readChronicDiseases(folder).map(({ code, name }) => [code, name]));
  const hospitals = new Map(
    readHospitals(folder).flatMap(({ institutionCode, name }) =>
      institutionCode === undefined ? [] : [[institutionCode, name] as const],
    ),
  );
  const contacts = Map.groupBy(readAgencyContacts(folder), ({ regionCode }) => regionCode ?? '');
  return {
    regionName: (code) => regions.nameOf(code),
    diseaseName: (code) => diseases.get(code) ?? code,
    institutionName: (code) => hospitals.get(code) ?? code,
    agencyContacts: (homePool) =>
      (contacts.get(homePool) ?? []).flatMap(({ office, phone }) =>
        phone === undefined ? [] : [{ office, phone }],
      ),
  };
}
