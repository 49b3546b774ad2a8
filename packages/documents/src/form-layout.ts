import type { Instant } from '@yijie/calendar';
import { displayWidth, wrapColumns } from './display-width.ts';
import type { Language } from './labels.ts';
import type { Paper, PaperBlock, PaperField, SignaturePlace } from './paper/paper.ts';
import { COLON, centred, type Field, layFields, numbered, PAGE_COLUMNS, rule } from './print-layout.ts';

export type FormPart =
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  | { readonly kind: 'sentences'; readonly heading: string; readonly texts: readonly string[] }
  | { readonly kind: 'note'; readonly text: string }
  /** A list of amounts, with its lines for the form that is printed as text. */
  | { readonly kind: 'list'; readonly blocks: readonly PaperBlock[]; readonly lines: readonly string[] };

/** What a form says, for every way of printing it. */
export interface Form {
  readonly title: string;
  readonly parts: readonly FormPart[];
  readonly signatures: readonly SignaturePlace[];
}

/** A form as text: its title, its parts with a rule between them, and the line of signatures. */
export function formText(form: Form, language: Language): string {
  const body = form.parts.flatMap((part, index) =>
    index === 0 ? partLines(part, language) : [rule('-'), ...partLines(part, language)],
  );
  const signatures = signatureLine(
    form.signatures.map(({ label }) => label),
    language,
  );
  const lines = [centred(form.title), '', rule('='), ...body, rule('='), '', signatures];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** A form as a paper; `at` stands in the file as its time of creation. */
export function formPaper(form: Form, at: Instant, language: Language): Paper {
  return {
    title: form.title,
    head: [],
    blocks: [
      ...form.parts.flatMap((part) => blocksOf(part, language)),
      { kind: 'signatures', places: form.signatures },
    ],
    foot: form.title,
    createdAt: at,
  };
}

function blocksOf(part: FormPart, language: Language): readonly PaperBlock[] {
  switch (part.kind) {
    case 'fields':
      return [{ kind: 'fields', fields: part.fields.map(textField) }];
    case 'sentences': {
      const texts = part.texts.map((text, index) => `${index + 1}. ${text}`);
      return [{ kind: 'paragraphs', heading: `${part.heading}${COLON[language]}`, texts }];
    }
    case 'note':
      return [{ kind: 'paragraphs', texts: [part.text] }];
    case 'list':
      return part.blocks;
  }
}

/** A field of the text as one of a paper. */
export function textField({ label, value, quarters }: Field): PaperField {
  return { label, type: 'T', value, quarters };
}

function partLines(part: FormPart, language: Language): readonly string[] {
  switch (part.kind) {
    case 'fields':
      return layFields(part.fields, language);
    case 'sentences':
      return [`${part.heading}${COLON[language]}`, ...numbered(part.texts)];
    case 'note':
      return wrapColumns(part.text, PAGE_COLUMNS);
    case 'list':
      return part.lines;
  }
}

/** Places to sign: the labels, with what is left of the page shared out between them. */
function signatureLine(labels: readonly string[], language: Language): string {
  const shown = labels.map((label) => `${label}${COLON[language]}`);
  const gap = Math.floor((PAGE_COLUMNS - displayWidth(shown.join(''))) / labels.length);
  return shown.map((label) => label + ' '.repeat(gap)).join('');
}

/** A sentence with its values filled in. */
export function fill(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
