import { writeFileSync } from 'node:fs';

export interface InventedMember {
  readonly certificateNumber: string;
  /** Like no other, with a rare character; one in seven has one that needs four bytes. */
  readonly name: string;
  /** What the e-credential or card shows. */
  readonly credentialToken: string;
}

/**
 * Writes a list of invented members in the form of data/demo/members.json: employees of Changsha with a referral to
 * Zhengzhou and a full account. 000000 is no region in use; the check digits are right. `change` says what is other.
 */
export function writeInventedMembers(
  file: string,
  count: number,
  change: (index: number) => object = () => ({}),
): InventedMember[] {
  const members = Array.from({ length: count }, (_, index) => {
    const certificateNumber = certificateOf(index);
    return {
      certificateNumber,
      name: nameOf(index),
      gender: index % 2 === 0 ? '2' : '1',
      birthDate: 19_800_101,
      homePool: '430100',
      scheme: 'employee',
      personClass: index % 5 === 0 ? 'retired' : 'active',
      insuredStatus: 'ACTIVE',
      insuredFrom: 20_100_101,
      contributionYears: 14,
      groups: [],
      accountBalanceFen: index % 3 === 0 ? 50_000 : 0,
      familyAccountBalanceFen: 0,
      credentialToken: `invented-card-${String(index).padStart(5, '0')}`,
      filings: [
        {
          type: 'TM_REFERRAL',
          targetRegion: '410100',
          from: 20_250_110,
          until: 20_270_101,
          channel: 'COUNTER',
          byCommitment: false,
          appliedOn: 20_250_110,
        },
      ],
      ...change(index),
    };
  });
  writeFileSync(file, JSON.stringify({ members }));
  return members;
}

function nameOf(index: number): string {
  const digits = [...String(index).padStart(4, '0')].map((digit) => '零一二三四五六七八九'[Number(digit)]);
  return `${index % 7 === 0 ? '𠮷' : '䶮'}虚构${digits.join('')}`;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

function certificateOf(index: number): string {
  const day = `${1 + (index % 28)}`.padStart(2, '0');
  const order = `${Math.floor(index / 28) % 1_000}`.padStart(3, '0');
  const body = `000000198001${day}${order}`;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return body + ('10X98765432'[sum % 11] ?? '');
}
