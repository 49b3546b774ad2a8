import { displayWidth } from './display-width.ts';
import type { Language } from './labels.ts';
import { COLON, centred, PAGE_COLUMNS, rule } from './print-layout.ts';

/** A form: its title, its parts with a rule between them, and the line of signatures. */
export function layForm(title: string, parts: readonly (readonly string[])[], signatures: string): string {
  const body = parts
    .filter((part) => part.length > 0)
    .flatMap((part, index) => (index === 0 ? part : [rule('-'), ...part]));
  const lines = [centred(title), '', rule('='), ...body, rule('='), '', signatures];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Places to sign: the labels, with what is left of the page shared out between them. */
export function signatureLine(labels: readonly string[], language: Language): string {
  const shown = labels.map((label) => `${label}${COLON[language]}`);
  const gap = Math.floor((PAGE_COLUMNS - displayWidth(shown.join(''))) / labels.length);
  return shown.map((label) => label + ' '.repeat(gap)).join('');
}

/** A sentence with its values filled in. */
export function fill(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
