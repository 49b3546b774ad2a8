import { readFile } from 'node:fs/promises';
import { Metadata } from '@grpc/grpc-js';
import { provinceOf } from '@yijie/codes';
import { systemClock } from '@yijie/runtime';
import {
  AGENCY_ROLES,
  type AgencyRole,
  issuePersonToken,
  regionFiles,
  signingKeyFromPem,
} from '@yijie/security';

/** Who sits at the agency's desk, as the options of a command name them. */
export interface Persons {
  readonly person?: string;
  readonly secondPerson?: string;
  readonly role?: string;
}

/**
 * What proves who makes a call: one or two tokens of an agency's people. A development cluster keeps the key of its
 * agencies' sign-in in the key folder, so the command line can sign anybody in; elsewhere only the sign-in can.
 */
export async function personTokens(
  persons: Persons,
  options: {
    readonly keyFolder: string;
    readonly pool: string;
    /** The service that is called. */
    readonly audience: string;
    readonly defaultRole: AgencyRole;
  },
): Promise<Metadata> {
  const { person, secondPerson } = persons;
  const role = roleOf(persons.role ?? options.defaultRole);
  const metadata = new Metadata();
  if (person === undefined) return metadata;
  if (person === secondPerson)
    throw new Error(`--person and --second-person are both ${person}: it takes two different persons.`);
  const province = provinceOf(options.pool);
  const file = regionFiles(options.keyFolder, province).tokenKeyFile;
  const pem = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new Error(
      `${file} can't be read: only a development cluster lets the command line sign persons in; elsewhere the agency's sign-in does.`,
      { cause },
    );
  });
  const key = signingKeyFromPem(province, pem);
  const token = (name: string) =>
    issuePersonToken(
      { person: named(name), role, pool: options.pool },
      { key, audience: options.audience, nowMs: systemClock().now() },
    );
  metadata.set('authorization', `Bearer ${await token(person)}`);
  if (secondPerson !== undefined)
    metadata.set('yijie-second-authorization', `Bearer ${await token(secondPerson)}`);
  return metadata;
}

function roleOf(role: string): AgencyRole {
  const known = AGENCY_ROLES.find((each) => each === role);
  if (known === undefined) throw new Error(`There is no role ${role}; say ${AGENCY_ROLES.join(', ')}.`);
  return known;
}

function named(person: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(person)) return person;
  throw new Error(`"${person}" can't name a person: lower-case letters, digits and hyphens can.`);
}
