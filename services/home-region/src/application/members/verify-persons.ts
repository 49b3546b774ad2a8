import { localDateAt } from '@yijie/calendar';
import type { Database } from '@yijie/postgres';
import type { ColumnCipher, LookupHash, LookupHasher, SealingPrivateKey } from '@yijie/security';
import { type Credential, type FoundMember, verifyPerson } from '../../core/members/verify-person.ts';
import { refused } from '../../core/settling/answer.ts';
import type { VerifyQuestion } from '../../core/settling/question.ts';
import { findMembers, type MemberRow, type MemberSearch } from '../../repositories/members/find-members.ts';
import { openCredential } from '../../wire/open-credential.ts';
import type { QuestionAnswer } from '../../wire/write-question-answer.ts';
import { readIdentity } from './member-identity.ts';

export interface PersonVerifier {
  verify(
    questions: readonly VerifyQuestion[],
  ): Promise<{ readonly question: VerifyQuestion; readonly answer: QuestionAnswer }[]>;
}

export interface PersonVerifierParts {
  readonly database: Database;
  readonly cipher: ColumnCipher;
  readonly hasher: LookupHasher;
  readonly sealingKeys: readonly SealingPrivateKey[];
}

/** Finds the persons behind sealed credentials: keyed hashes find the rows, names are compared after decrypting. */
export function createPersonVerifier(parts: PersonVerifierParts): PersonVerifier {
  const { database, cipher, hasher, sealingKeys } = parts;
  return {
    async verify(questions) {
      const credentials = questions.map((question) => openCredential(sealingKeys, question.sealedCredential));
      const rows = await findMembers(
        database,
        credentials.map((credential) => searchFor(hasher, credential)),
      );
      return questions.map((question, index) => {
        const credential = credentials[index];
        if (credential === undefined) return { question, answer: refused('CRD-INVALID') };
        const found = foundMember(credential, rows[index]);
        const today = localDateAt(question.askedAtMs);
        return { question, answer: verifyPerson(credential, found, question.homePool, today) };
      });
    },
  };

  function foundMember(credential: Credential, row: MemberRow | undefined): FoundMember | undefined {
    if (row === undefined) return undefined;
    return {
      member: row.member,
      account: row.account,
      name: readIdentity(cipher, row.member.personToken, row.identityCipher).name,
      credentialMatches: isOneOf(row.credentialHash, hasher.candidates('credential', credential.token)),
    };
  }
}

/** An e-credential stands for the person by itself; the other kinds go by the certificate number. */
function searchFor(hasher: LookupHasher, credential: Credential | undefined): MemberSearch {
  if (credential === undefined) return { by: 'certificate', hashes: [] };
  return credential.type === 'e-credential'
    ? { by: 'credential', hashes: hasher.candidates('credential', credential.token) }
    : { by: 'certificate', hashes: hasher.candidates('certificate', credential.certificateNumber) };
}

function isOneOf(hash: LookupHash | undefined, candidates: readonly LookupHash[]): boolean {
  return (
    hash !== undefined &&
    candidates.some((candidate) => candidate.version === hash.version && candidate.hash.equals(hash.hash))
  );
}
