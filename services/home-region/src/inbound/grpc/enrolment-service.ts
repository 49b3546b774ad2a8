import { localDateToNumber } from '@yijie/calendar';
import {
  EnrolmentServiceService,
  PutMembersResponse,
  type Member as WireMember,
} from '@yijie/contracts/home';
import { refuse } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import { type Clock, type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, auditActor, callerName, maskCertificateNumber, maskName } from '@yijie/security';
import { endEnrolments } from '../../application/filing/end-enrolments.ts';
import type { Registry } from '../../application/filing/filing-registry.ts';
import { readIdentity } from '../../application/members/member-identity.ts';
import {
  type EnrolledMember,
  MEMBERS_PER_CALL,
  type PutMembersParts,
  putMembers,
} from '../../application/members/put-members.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import { INSURED_STATUSES } from '../../core/members/member.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { findMember, type StoredMember } from '../../repositories/members/member-rows.ts';
import { personClass, scheme } from '../../wire/words.ts';
import { callerPool, keyOwner } from './caller-pool.ts';
import { amount, pool, readForm, requiredDate, requiredText, requiredWord, wholeNumber } from './form.ts';
import { settledOutcome } from './outcomes.ts';

export interface EnrolmentParts extends PutMembersParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly registry: Registry;
}

export function enrolmentService(parts: EnrolmentParts): UnaryService<Authorized> {
  const { database, clock, cipher } = parts;
  return unaryService(EnrolmentServiceService, {
    async putMembers(request, call) {
      if (request.members.length > MEMBERS_PER_CALL)
        return refuse('FRM-SIZE', { field: 'members', max: `${MEMBERS_PER_CALL}` });
      const read = readForm(() => request.members.map(readMember));
      if (!read.ok) return read;
      const owned = callerPool(call.identity);
      // People of another pool are that pool's business.
      if (owned !== undefined && read.form.some((member) => member.homePool !== owned))
        return refuse('FRM-REGION', { field: 'home_pool' });
      const nowMs = clock.now();
      const once = await oncePerKey(
        database,
        {
          pool: keyOwner(call.identity),
          call: 'PutMembers',
          idempotencyKey: request.idempotencyKey,
          body: call.requestBytes,
          nowMs,
        },
        async (tx) => {
          const put = await putMembers(parts, tx, read.form, nowMs);
          if (!put.ok) return put;
          const { tokens } = put;
          const { caller } = call.identity;
          const actor = { name: callerName(caller), pool: owned, withSecondPerson: false };
          const cancelled = await endEnrolments(parts.registry, tx, put.ended, actor, nowMs);
          await appendAudit(
            tx,
            [
              ...tokens.map((token) => ({ action: 'member.put', object: `member:${token}` })),
              ...cancelled.map(({ filingId }) => ({
                action: 'filing.enrolment-ended',
                object: `filing:${filingId}`,
              })),
            ].map((entry) => ({ ...auditActor(caller), atMs: nowMs, ...entry })),
          );
          const outcome = settledOutcome(request.idempotencyKey);
          return PutMembersResponse.encode({ outcome, personTokens: [...tokens] }).finish();
        },
      );
      if (!once.ok) return once;
      return PutMembersResponse.decode(once.answer);
    },

    async getMember({ personToken }, call) {
      const found = await findMember(database, personToken, callerPool(call.identity));
      if (found === undefined) return refuse('ENR-NOTFOUND');
      const identity = readIdentity(cipher, personToken, found.identityCipher);
      return { member: maskedMember(found, identity.name, identity.certificateNumber) };
    },
  });
}

function readMember(wire: WireMember): EnrolledMember {
  return {
    certificateNumber: requiredText('certificate_number', wire.certificateNumber, 18).toUpperCase(),
    name: requiredText('name', wire.name),
    gender: requiredWord(
      'gender',
      ['1', '2', '9'].find((code) => code === wire.gender),
    ),
    birthDate: requiredDate('birth_date', wire.birthDate),
    homePool: pool('home_pool', wire.homePool),
    scheme: requiredWord('scheme', scheme.word(wire.scheme)),
    personClass: requiredWord('person_class', personClass.word(wire.personClass)),
    insuredStatus: requiredWord(
      'insured_status',
      INSURED_STATUSES.find((status) => status === wire.insuredStatus),
    ),
    insuredFrom: requiredDate('insured_from', wire.insuredFrom),
    contributionYears: wholeNumber('contribution_years', wire.contributionYears, 100),
    groups: wire.groups.map((group) => requiredText('groups', group)),
    ownAccountFen: amount('account_balance_fen', wire.accountBalanceFen),
    familyAccountFen: amount('family_account_balance_fen', wire.familyAccountBalanceFen),
    credentialToken: wire.credentialToken,
  };
}

function maskedMember(stored: StoredMember, name: string, certificateNumber: string): WireMember {
  const { member } = stored;
  return {
    certificateNumber: maskCertificateNumber(certificateNumber),
    name: maskName(name),
    gender: stored.gender,
    birthDate: localDateToNumber(member.birthDate),
    homePool: member.homePool,
    scheme: scheme.wire(member.scheme),
    personClass: personClass.wire(member.personClass),
    insuredStatus: member.insuredStatus,
    insuredFrom: localDateToNumber(member.insuredFrom),
    contributionYears: member.contributionYears,
    groups: [...member.groups],
    accountBalanceFen: stored.ownFen,
    familyAccountBalanceFen: stored.familyFen,
    credentialToken: '',
  };
}
