import { parseRegionCode } from '@yijie/codes';
import { SealedCredential } from '@yijie/contracts/exchange';
import {
  Credential_Type,
  type VerifyPersonRequest,
  type VerifyPersonResponse,
} from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { checkText } from '../../core/form.ts';
import type { Caller } from '../caller.ts';
import { keptQuestion } from '../questions/question-failures.ts';
import type { Site } from '../site.ts';
import { budgetOf } from './budget.ts';

/** 1101: the credential travels sealed; only the home region can read it. */
export async function verifyPerson(
  site: Site,
  request: VerifyPersonRequest,
  caller: Caller,
): Promise<VerifyPersonResponse | Refusal> {
  const { homePool } = request;
  const malformed = checkForm(site, request);
  if (malformed) return malformed;
  const institution = site.institutions.find(caller.institutionCode);
  if (institution === undefined) return refuse('ORG-UNKNOWN', { institutionCode: caller.institutionCode });
  const credential = request.credential as NonNullable<typeof request.credential>;
  const sealed = site.sealForHome(homePool, SealedCredential.encode(credential).finish());
  if (sealed === undefined) return refuse('HOME-POOL', { homePool });
  const reply = await site.home.ask(
    institution,
    homePool,
    { $case: 'verifyPerson', verifyPerson: { sealedCredential: sealed } },
    budgetOf(site, caller),
    caller.traceParent,
  );
  if (reply?.result?.$case === 'personVerified') return { ...reply.result.personVerified, homePool };
  if (reply === undefined) site.flow.unanswered(homePool);
  return keptQuestion(
    site,
    { institutionCode: caller.institutionCode, call: 'verify-person', homePool },
    reply,
  );
}

function checkForm(site: Site, { credential, homePool }: VerifyPersonRequest): Refusal | undefined {
  if (parseRegionCode(homePool) === undefined)
    return refuse('FRM-REGION', { field: 'home_pool', value: homePool });
  if (!site.settings.isKnownHomePool(homePool)) return refuse('HOME-POOL', { homePool });
  if (credential === undefined) return refuse('FRM-REQUIRED', { field: 'credential' });
  const { type, token, certificateNumber, name } = credential;
  const needsToken = type !== Credential_Type.ID_CARD;
  const needsPerson = type !== Credential_Type.E_CREDENTIAL;
  if (type < Credential_Type.E_CREDENTIAL || type > Credential_Type.SOCIAL_SECURITY_CARD) {
    return refuse('FRM-VALUE', { field: 'credential.type' });
  }
  if (needsToken && token === '') return refuse('FRM-REQUIRED', { field: 'credential.token' });
  if (needsPerson && (certificateNumber === '' || name === ''))
    return refuse('FRM-REQUIRED', { field: 'credential.certificate_number' });
  return (
    checkText('credential.token', token, 4_096) ??
    checkText('credential.certificate_number', certificateNumber, 64) ??
    checkText('credential.name', name, 64)
  );
}
