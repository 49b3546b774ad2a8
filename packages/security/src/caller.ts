/** Roles that a token gives a person of an agency. */
export const AGENCY_ROLES = [
  /** Clerk of the treatment region's agency (就医地经办). */
  'treatment-clerk',
  /** Clerk of the home region's agency (参保地经办). */
  'home-clerk',
  'reviewer',
  /** Signs a province's clearing runs. */
  'province-signer',
  'finance',
  'national-centre',
] as const;
export type AgencyRole = (typeof AGENCY_ROLES)[number];

/** A person of an agency, as the token of its province says. */
export interface AgencyPerson {
  readonly person: string;
  readonly role: AgencyRole;
  readonly pool: string;
}

/** Who calls, known from the certificate and, for agencies, a token; never from a message. */
export type Caller =
  | {
      readonly kind: 'institution';
      readonly institutionCode: string;
      readonly serial: string;
      /** Whom the hospital says is at the desk: for audit and limits, never for rights. */
      readonly operator?: string;
      /** Set when a gateway speaks for the institution: `serial` is then the gateway's. */
      readonly gateway?: string;
    }
  | { readonly kind: 'service'; readonly service: string; readonly province: string; readonly serial: string }
  | ({ readonly kind: 'agency'; readonly serial: string; readonly second?: AgencyPerson } & AgencyPerson)
  | { readonly kind: 'operations'; readonly person: string; readonly serial: string }
  | { readonly kind: 'auditor'; readonly person: string; readonly serial: string };

/** How an audit row, a log line or a limit names the caller. */
export function callerName(caller: Caller): string {
  switch (caller.kind) {
    case 'institution':
      return caller.operator === undefined
        ? `institution:${caller.institutionCode}`
        : `institution:${caller.institutionCode}/${caller.operator}`;
    case 'service':
      return `service:${caller.service}/${caller.province}`;
    case 'agency':
      return `agency:${caller.pool}/${caller.person}`;
    case 'operations':
    case 'auditor':
      return `${caller.kind}:${caller.person}`;
  }
}
