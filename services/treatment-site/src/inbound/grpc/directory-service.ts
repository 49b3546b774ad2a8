import { DirectoryServiceService } from '@yijie/contracts/directory';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { listAgencyContacts, listHospitals } from '../../application/reference/directory.ts';
import { listNotices, publishNotice, withdrawNotice } from '../../application/reference/outage-notices.ts';
import type { Site } from '../../application/site.ts';
import { callerOf } from './caller-of.ts';

/** What everybody may know: hospitals, offices, stops. */
export function directoryService(site: Site): UnaryService<Authorized> {
  return unaryService(DirectoryServiceService, {
    listHospitals: (request) => listHospitals(site, request),
    listAgencyContacts: (request) => listAgencyContacts(site, request),
    listNotices: (request) => listNotices(site, request),
    publishNotice: (request, call) => publishNotice(site, request, callerOf(call)),
    withdrawNotice: (request, call) => withdrawNotice(site, request, callerOf(call)),
  });
}
