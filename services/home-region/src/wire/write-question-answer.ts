import { localDateToNumber } from '@yijie/calendar';
import type { Filing as WireFiling } from '@yijie/contracts/exchange';
import type { EligibilityDecision, Filing } from '@yijie/filing';
import type { ExplanationStep } from '@yijie/policy';
import { maskName } from '@yijie/security';
import type { RefusedAnswer, SettledAnswer } from '../core/answer.ts';
import type { VerifiedPerson } from '../core/verify-person.ts';
import { filingType, personClass, ratioClass, route, scheme } from './words.ts';
import { type ReplyResult, refusedToWire, settledToWire } from './write-answer.ts';

/** The answer to a question; none of it is stored. */
export type QuestionAnswer =
  | VerifiedPerson
  | RefusedAnswer
  | { readonly kind: 'benefit'; readonly decision: EligibilityDecision; readonly filing: Filing | undefined }
  | { readonly kind: 'quoted'; readonly quote: SettledAnswer }
  | { readonly kind: 'explained'; readonly steps: readonly ExplanationStep[] };

export function questionResult(answer: QuestionAnswer): ReplyResult {
  switch (answer.kind) {
    case 'verified':
      return { $case: 'personVerified', personVerified: verifiedToWire(answer) };
    case 'refused':
      return { $case: 'refused', refused: refusedToWire(answer) };
    case 'benefit':
      return {
        $case: 'benefitChecked',
        benefitChecked: {
          route: route.wire(answer.decision.route),
          ratioClass:
            answer.decision.ratioClass === undefined ? 0 : ratioClass.wire(answer.decision.ratioClass),
          code: answer.decision.code,
          values: { ...answer.decision.values },
          filing: answer.filing && filingToWire(answer.filing),
        },
      };
    case 'quoted':
      return { $case: 'quoted', quoted: settledToWire(answer.quote) };
    case 'explained':
      return { $case: 'explained', explained: { steps: answer.steps.map(stepToWire) } };
  }
}

function verifiedToWire({ member, name, ageYears, accountBalanceFen }: VerifiedPerson) {
  return {
    personToken: member.personToken,
    maskedName: maskName(name),
    scheme: scheme.wire(member.scheme),
    personClass: personClass.wire(member.personClass),
    ageYears,
    accountBalanceFen,
  };
}

function filingToWire(filing: Filing): WireFiling {
  return {
    filingId: filing.filingId,
    type: filingType.wire(filing.type),
    targetRegion: filing.targetRegion,
    validFrom: localDateToNumber(filing.from),
    validUntil: filing.until === undefined ? 0 : localDateToNumber(filing.until),
    channel: filing.channel,
    state: filing.state,
  };
}

function stepToWire(step: ExplanationStep) {
  const { rule, source, sentenceZh, sentenceEn, formula, resultFen } = step;
  return { rule, source, sentenceZh, sentenceEn, formula, resultFen };
}
