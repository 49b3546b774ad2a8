import type { Identity } from '@yijie/security';

/** Who a command speaks as: `institution/<code>`, `agency/<pool>`, `operations/<name>` or `auditor/<name>`. */
export function parseIdentity(text: string): Identity {
  const [kind, name = ''] = text.split('/');
  switch (kind) {
    case 'institution':
      return { kind, institutionCode: name };
    case 'agency':
      return { kind, pool: name };
    case 'operations':
    case 'auditor':
      return { kind, person: name };
    default:
      throw new Error(
        `not an identity: ${text}; say institution/<code>, agency/<pool>, operations/<name> or auditor/<name>`,
      );
  }
}
