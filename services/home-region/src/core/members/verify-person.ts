import { completedYears, type LocalDate } from '@yijie/calendar';
import { type Fen, fen } from '@yijie/money';
import { type RefusedAnswer, refused } from '../settling/answer.ts';
import type { AccountState } from '../settling/person-state.ts';
import type { Member } from './member.ts';

/** What a hospital's desk read from the person. */
export interface Credential {
  readonly type: 'e-credential' | 'id-card' | 'social-security-card';
  readonly token: string;
  readonly certificateNumber: string;
  readonly name: string;
}

/** The enrolment that the credential leads to. */
export interface FoundMember {
  readonly member: Member;
  readonly name: string;
  readonly account: AccountState;
  /** Whether the card or e-credential shown is the one enrolled. */
  readonly credentialMatches: boolean;
}

export interface VerifiedPerson {
  readonly kind: 'verified';
  readonly member: Member;
  readonly name: string;
  readonly ageYears: number;
  readonly accountBalanceFen: Fen;
}

/**
 * Who the person is (1101). Somebody unknown and somebody whose name doesn't fit get one and the same answer, so that
 * nobody can find out by asking who is insured here.
 */
export function verifyPerson(
  credential: Credential,
  found: FoundMember | undefined,
  homePool: string,
  today: LocalDate,
): VerifiedPerson | RefusedAnswer {
  if (found === undefined || found.member.homePool !== homePool || !proves(credential, found))
    return refused(credential.type === 'e-credential' ? 'CRD-INVALID' : 'CRD-MISMATCH');
  const { member, name, account } = found;
  if (member.insuredStatus === 'MOVED') return refused('ENR-MOVED');
  return {
    kind: 'verified',
    member,
    name,
    ageYears: completedYears(member.birthDate, today),
    accountBalanceFen: fen(account.ownFen + account.familyFen),
  };
}

function proves(credential: Credential, found: FoundMember): boolean {
  switch (credential.type) {
    case 'e-credential':
      return found.credentialMatches;
    case 'id-card':
      return sameName(credential.name, found.name);
    case 'social-security-card':
      return sameName(credential.name, found.name) && found.credentialMatches;
  }
}

/** Rare signs come in two encodings, and desks type spaces around the middle dot. */
function sameName(given: string, enrolled: string): boolean {
  return plain(given) === plain(enrolled);
}

function plain(name: string): string {
  return name.normalize('NFKC').replace(/\s/g, '');
}
