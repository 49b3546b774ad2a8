import type { Outcome } from '@yijie/contracts/common';
import { type Refusal, refuse } from '@yijie/errors';
import { isKey } from '../../core/form.ts';
import type { Institution } from '../../core/institution.ts';
import type { SeenUnmappedItem } from '../../repositories/mappings.ts';
import type { Caller } from '../caller.ts';
import { pendingOutcome, refusedHere, settledOutcome } from '../commands/answers.ts';
import { bodyHash } from '../commands/body-hash.ts';
import type { Site } from '../site.ts';
import type { VisitCall } from './visit-calls.ts';

export type CallOf = (
  institution: Institution,
) => Omit<VisitCall, 'institutionCode' | 'bodyHash' | 'audit' | 'key' | 'action'>;

/** What the calls that end here share: key, institution, batch, and a refusal that is recorded and never stored. */
export async function runVisitCall<Response>(
  site: Site,
  caller: Caller,
  request: { readonly idempotencyKey: string },
  action: string,
  subject: string,
  callOf: CallOf,
  answers: {
    readonly decode: (answer: Uint8Array) => Response;
    /** The answer that carries an outcome and nothing else. */
    readonly bare: (outcome: Outcome) => Response;
    readonly unmapped?: () => readonly SeenUnmappedItem[];
  },
): Promise<Response> {
  const refused = (refusal: Refusal): Response => {
    const unmapped = refusal.code === 'CAT-UNMAPPED' ? answers.unmapped?.() : undefined;
    site.flow.refused(refusal.code);
    const { institutionCode } = caller;
    const { idempotencyKey } = request;
    const refused = { institutionCode, call: action, subject, idempotencyKey, unmapped };
    return answers.bare(refusedHere(site.refusals.record(refused, refusal)));
  };
  if (!isKey(request.idempotencyKey)) return refused(refuse('KEY-MISSING'));
  const institution = site.institutions.find(caller.institutionCode);
  if (institution === undefined) {
    return refused(refuse('ORG-UNKNOWN', { institutionCode: caller.institutionCode }));
  }
  const answer = await site.visitCalls.run({
    ...callOf(institution),
    institutionCode: caller.institutionCode,
    key: request.idempotencyKey,
    bodyHash: bodyHash(caller.requestBytes),
    audit: caller.audit,
    action,
  });
  if (answer === 'unknown') return answers.bare(pendingOutcome(''));
  return answer.ok ? answers.decode(answer.answer) : refused(answer);
}

/** What happened here has happened: there is nothing to wait for. */
export function doneHere(messageId = ''): Outcome {
  return settledOutcome(messageId);
}
