import { CallFailed } from '../client/unary.ts';
import type { Desk } from './desk.ts';
import type { Language, Words } from './printing.ts';

/** The answer as JSON, or as the text that a clerk reads. */
export function show(desk: Pick<Desk, 'json'>, json: unknown, text: () => string): void {
  console.log(desk.json ? JSON.stringify(json, null, 2) : text());
}

export function say({ language }: { readonly language: Language }, words: Words): string {
  return words[language];
}

/** What a clerk can act on is said in their language with its code; exit status 1. Anything else goes on upwards. */
export async function withRefusals(
  options: { readonly json: boolean; readonly language: Language },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CallFailed) || error.failure === undefined) throw error;
    const { code, messageZh, messageEn, remedyZh, remedyEn } = error.failure;
    const sentence = options.language === 'zh' ? `${messageZh}${remedyZh}` : `${messageEn} ${remedyEn}`;
    console.error(options.json ? JSON.stringify(error.failure, null, 2) : `${code}  ${sentence}`);
    process.exitCode = 1;
  }
}
