import { localDateAt } from '@yijie/calendar';
import { refuse } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import type { ColumnCipher, LookupHasher } from '@yijie/security';
import { z } from 'zod';
import { readIdentity } from '../../application/members/member-identity.ts';
import { isCertificateNumber } from '../../core/members/certificate-number.ts';
import { type Credential, verifyPerson } from '../../core/members/verify-person.ts';
import { findMembers } from '../../repositories/members/find-members.ts';
import { type Route, regionSchema, route, textSchema } from './route.ts';

export interface PersonRouteParts {
  readonly database: Database;
  readonly cipher: ColumnCipher;
  readonly hasher: LookupHasher;
}

const personSchema = z
  .strictObject({
    homePool: regionSchema,
    certificateNumber: z.string().max(18),
    name: textSchema(50),
    credentialToken: textSchema(200).meta({ description: '医保电子凭证 of the person who has signed in' }),
  })
  .meta({ id: 'Identification' });

const answerSchema = z
  .object({
    personToken: z.string().meta({ description: 'to be named as the subject of the person’s own tokens' }),
  })
  .meta({ id: 'Person' });

/** What a channel asks for itself, once somebody has signed in: under which token the home region knows them. */
export const personRoutes: readonly Route<PersonRouteParts>[] = [
  route<PersonRouteParts, typeof personSchema>({
    method: 'POST',
    path: '/v1/person',
    operationId: 'identifyPerson',
    summary: 'The person token of somebody who has signed in, by certificate, name and e-credential together',
    caller: 'channel',
    keyed: false,
    body: personSchema,
    answer: answerSchema,
    status: 200,
    async handle({ database, cipher, hasher }, { body, nowMs }) {
      const certificateNumber = body.certificateNumber.toUpperCase();
      if (!isCertificateNumber(certificateNumber)) return refuse('FRM-CERTIFICATE');
      const hashes = hasher.candidates('certificate', certificateNumber);
      const [row] = await findMembers(database, [{ by: 'certificate', hashes }]);
      const credential: Credential = {
        type: 'social-security-card',
        token: body.credentialToken,
        certificateNumber,
        name: body.name,
      };
      const offered = hasher.candidates('credential', body.credentialToken);
      const found = row && {
        member: row.member,
        account: row.account,
        name: readIdentity(cipher, row.member.personToken, row.identityCipher).name,
        credentialMatches: offered.some(
          ({ version, hash }) =>
            version === row.credentialHash?.version && hash.equals(row.credentialHash.hash),
        ),
      };
      const verified = verifyPerson(credential, found, body.homePool, localDateAt(nowMs));
      return verified.kind === 'verified'
        ? { ok: true, answer: { personToken: verified.member.personToken } }
        : { ok: false, code: verified.code, values: verified.values };
    },
  }),
];
