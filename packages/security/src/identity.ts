/**
 * Who a certificate stands for. It is written into the certificate by its authority, as a URI among the subject's
 * alternative names (`spiffe://yijie/institution/H41010500123`); no message ever says who its sender is.
 */
export type Identity =
  /** A hospital or pharmacy (定点医药机构), by its national code. */
  | { readonly kind: 'institution'; readonly institutionCode: string }
  /** One of our services, in a province. */
  | { readonly kind: 'service'; readonly service: string; readonly province: string }
  /** An agency (经办机构) of an insurance pool; who sits there is said by a token. */
  | { readonly kind: 'agency'; readonly pool: string }
  /** A person of the operations team. */
  | { readonly kind: 'operations'; readonly person: string }
  | { readonly kind: 'auditor'; readonly person: string };

/** The national centre (国家医保信息平台) stands as an agency with the code GB/T 2260 gives the whole country. */
export const NATIONAL_POOL = '100000';

export function identityUri(identity: Identity): string {
  const uri = `${PREFIX}${identity.kind}/${path(identity)}`;
  if (parseIdentityUri(uri) === undefined) throw new Error(`not an identity: ${uri}`);
  return uri;
}

export function parseIdentityUri(uri: string): Identity | undefined {
  const institution = /^institution\/([A-Za-z0-9]{4,32})$/;
  const service = /^service\/([a-z][a-z-]{0,39})\/([1-8]\d0000)$/;
  const agency = /^agency\/([1-8]\d{5})$/;
  const person = /^(operations|auditor)\/([a-z0-9][a-z0-9-]{0,63})$/;
  if (!uri.startsWith(PREFIX)) return undefined;
  const rest = uri.slice(PREFIX.length);

  let match = institution.exec(rest);
  if (match?.[1] !== undefined) return { kind: 'institution', institutionCode: match[1] };
  match = service.exec(rest);
  if (match?.[1] !== undefined && match[2] !== undefined)
    return { kind: 'service', service: match[1], province: match[2] };
  match = agency.exec(rest);
  if (match?.[1] !== undefined) return { kind: 'agency', pool: match[1] };
  match = person.exec(rest);
  if (match?.[2] !== undefined)
    return { kind: match[1] === 'auditor' ? 'auditor' : 'operations', person: match[2] };
  return undefined;
}

const PREFIX = 'spiffe://yijie/';

function path(identity: Identity): string {
  switch (identity.kind) {
    case 'institution':
      return identity.institutionCode;
    case 'service':
      return `${identity.service}/${identity.province}`;
    case 'agency':
      return identity.pool;
    case 'operations':
    case 'auditor':
      return identity.person;
  }
}
