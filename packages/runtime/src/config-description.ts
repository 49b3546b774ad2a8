import { declarations, type SettingsSchema } from './config.ts';

/** The settings of a service as a Markdown table, for its README and for `--help`. */
export function describeConfig(schema: SettingsSchema): string {
  const rows = declarations(schema).map(({ variable, meta, required, defaultText }) => [
    `\`${variable}\``,
    escapeCell(meta.unit === undefined ? meta.form : `${meta.form} (${meta.unit})`),
    required
      ? 'required'
      : defaultText === undefined
        ? 'not set'
        : meta.secret
          ? '(secret)'
          : `\`${defaultText}\``,
    escapeCell(`${meta.meaning}${meta.secret ? `; or the file named by \`${variable}_FILE\`` : ''}`),
  ]);
  return [['variable', 'form', 'default', 'meaning'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
