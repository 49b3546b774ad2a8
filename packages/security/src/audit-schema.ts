import { fileURLToPath } from 'node:url';
import { COLUMNS } from './audit-entry.ts';

/** Migrations of the audit tables, for `readMigrations`; a service applies them beside its own. */
export const auditMigrationsFolder = fileURLToPath(new URL('../migrations/', import.meta.url));

/**
 * What each database role may do. `app` writes rows and can read, change or delete none; `sealer` reads rows and
 * appends heads; `reader` reads. Run by the owner after the migrations; the roles exist already.
 */
export function auditGrantsSql(roles: {
  readonly app: string;
  readonly sealer: string;
  readonly reader: string;
}): string {
  const app = identifier(roles.app);
  const sealer = identifier(roles.sealer);
  const reader = identifier(roles.reader);
  return `
    REVOKE ALL ON audit_entry, audit_head, audit_state FROM PUBLIC, ${app}, ${sealer}, ${reader};
    GRANT INSERT (${COLUMNS}) ON audit_entry TO ${app};
    GRANT SELECT ON audit_entry, audit_head, audit_state TO ${sealer}, ${reader};
    GRANT INSERT ON audit_head TO ${sealer};
  `;
}

function identifier(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new Error(`not the name of a database role: ${name}`);
  return `"${name}"`;
}
