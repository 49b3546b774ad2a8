import { type LocalDate, localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import type { Ids } from '@yijie/runtime';
import type { ColumnCipher, LookupHasher } from '@yijie/security';
import { isCertificateNumber } from '../../core/members/certificate-number.ts';
import type { Member } from '../../core/members/member.ts';
import { findMembers } from '../../repositories/members/find-members.ts';
import { openAccount, putMember } from '../../repositories/members/member-rows.ts';
import { writeIdentity } from './member-identity.ts';

/** A member as the bureau enrols one. */
export interface EnrolledMember extends Omit<Member, 'personToken'> {
  readonly name: string;
  readonly certificateNumber: string;
  readonly gender: string;
  readonly ownAccountFen: Fen;
  readonly familyAccountFen: Fen;
  /** Card or e-credential; empty keeps none. */
  readonly credentialToken: string;
}

export interface PutMembers {
  readonly ok: true;
  /** In the order of the members. */
  readonly tokens: readonly string[];
  /** Whose enrolment stopped, moved, or changed its scheme: their filings end with it. */
  readonly ended: readonly Member[];
}

export interface PutMembersParts {
  readonly cipher: ColumnCipher;
  readonly hasher: LookupHasher;
  readonly ids: Ids;
}

/** At most so many in a call: one transaction, one answer. */
export const MEMBERS_PER_CALL = 500;

/**
 * Adds members or changes those with the same certificate number; returns their tokens in order. A token never changes.
 * The account balance counts for a new member alone: from then on the account moves by settlements.
 */
export async function putMembers(
  parts: PutMembersParts,
  tx: Queryable,
  members: readonly EnrolledMember[],
  nowMs: number,
): Promise<PutMembers | Refusal> {
  const wrong = members.find((member) => !isCertificateNumber(member.certificateNumber));
  if (wrong !== undefined) return refuse('FRM-CERTIFICATE');
  const { hasher } = parts;
  const known = await findMembers(
    tx,
    members.map((member) => ({
      by: 'certificate',
      hashes: hasher.candidates('certificate', member.certificateNumber),
    })),
  );
  const tokens: string[] = [];
  const ended: Member[] = [];
  for (const [index, enrolled] of members.entries()) {
    const personToken = known[index]?.member.personToken ?? newToken(parts.ids);
    await putMember(tx, memberRecord(parts, enrolled, personToken, localDateAt(nowMs)), nowMs);
    await openAccount(tx, personToken, enrolled.ownAccountFen, enrolled.familyAccountFen);
    tokens.push(personToken);
    const member = { ...enrolled, personToken };
    if (hasEnded(known[index]?.member, member)) ended.push(member);
  }
  return { ok: true, tokens, ended };
}

/** Whether filings made under the former enrolment stand on nothing any more. Arrears and waiting don't end one. */
function hasEnded(before: Member | undefined, now: Member): boolean {
  if (before === undefined) return false;
  const gone = now.insuredStatus === 'STOPPED' || now.insuredStatus === 'MOVED';
  return gone || before.scheme !== now.scheme || before.homePool !== now.homePool;
}

function memberRecord(
  parts: PutMembersParts,
  enrolled: EnrolledMember,
  personToken: string,
  today: LocalDate,
) {
  const { cipher, hasher } = parts;
  const { name, certificateNumber, gender, credentialToken, ownAccountFen, familyAccountFen, ...member } =
    enrolled;
  return {
    member: { ...member, personToken },
    gender,
    identityCipher: writeIdentity(
      cipher,
      personToken,
      { name, certificateNumber },
      Number(today.slice(0, 4)),
    ),
    lookup: hasher.hash('certificate', certificateNumber),
    credential: credentialToken === '' ? undefined : hasher.hash('credential', credentialToken),
  };
}

/** 16 random bytes: nothing of the person is in it. */
function newToken(ids: Ids): string {
  return Buffer.from(ids.opaque()).toString('base64url');
}
