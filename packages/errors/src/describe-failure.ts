import { fen, formatYuan } from '@yijie/money';
import type { Actor, Retry } from './entry.ts';
import { errorEntry, isErrorCode } from './error-catalogue.ts';
import { valueWords } from './value-words.ts';

export interface FailureText {
  readonly code: string;
  readonly messageZh: string;
  readonly messageEn: string;
  readonly remedyZh: string;
  readonly remedyEn: string;
  readonly actor: Actor;
  readonly retry: Retry;
  /** Whether the same idempotency key may be sent again for another attempt. */
  readonly sameKeyMayRetry: boolean;
}

export interface DescribeOptions {
  /** The lines that are meant: shown where a sentence names `{lines}`. */
  readonly lineNumbers?: readonly number[] | undefined;
}

type Language = 'zh' | 'en';

/** Line numbers that one sentence lists before it only counts the rest. */
const LINES_SHOWN_MAX = 20;

/**
 * The sentences for the desk and for the one who must act, with the values filled in. A code that isn't ours (a newer
 * home region's) keeps its name and is described as NET-CODE.
 */
export function describeFailure(
  code: string,
  values: Readonly<Record<string, string>> = {},
  options: DescribeOptions = {},
): FailureText {
  const known = isErrorCode(code);
  const entry = errorEntry(known ? code : 'NET-CODE');
  const shown = known ? values : { ...values, code };
  const text = (template: string, language: Language): string =>
    fillSentence(template, (name) => showValue(name, shown, options.lineNumbers, language));
  return {
    code,
    messageZh: text(entry.zh, 'zh'),
    messageEn: text(entry.en, 'en'),
    remedyZh: text(entry.remedyZh, 'zh'),
    remedyEn: text(entry.remedyEn, 'en'),
    actor: entry.actor,
    retry: entry.retry,
    sameKeyMayRetry: entry.keyStaysFree === true,
  };
}

/** Fills `{name}`; a `[part]` with a value that isn't there is left out. Values are inserted as they are. */
export function fillSentence(template: string, lookUp: (name: string) => string | undefined): string {
  const sentence = template.replace(/\[([^[\]]*)\]/g, (_, part: string) => {
    let complete = true;
    const filled = part.replace(/\{(\w+)\}/g, (_placeholder, name: string) => {
      const value = lookUp(name);
      if (value === undefined) complete = false;
      return value ?? '';
    });
    return complete ? filled : '';
  });
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function showValue(
  name: string,
  values: Readonly<Record<string, string>>,
  lineNumbers: readonly number[] | undefined,
  language: Language,
): string | undefined {
  if (name === 'lines' && lineNumbers !== undefined) return showLines(lineNumbers, language);
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (name.endsWith('Fen') && /^-?\d{1,15}$/.test(value)) {
    return formatYuan(fen(Number(value)), { grouped: true });
  }
  return Object.hasOwn(valueWords, value) ? valueWords[value]?.[language] : value;
}

function showLines(lineNumbers: readonly number[], language: Language): string | undefined {
  if (lineNumbers.length === 0) return undefined;
  const shown = lineNumbers.slice(0, LINES_SHOWN_MAX);
  const rest = lineNumbers.length - shown.length;
  if (language === 'zh') return shown.join('、') + (rest > 0 ? ` 等共 ${lineNumbers.length}` : '');
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
