import { localDateToNumber } from '@yijie/calendar';
import {
  type Diagnosed,
  Diagnosed_Finding_State,
  Diagnosed_Standing_State,
  type Filing as WireFiling,
} from '@yijie/contracts/exchange';
import type { EligibilityDecision, Filing } from '@yijie/filing';
import type { ExplanationStep } from '@yijie/policy';
import { maskName } from '@yijie/security';
import type { VerifiedPerson } from '../core/members/verify-person.ts';
import type { RefusedAnswer, SettledAnswer } from '../core/settling/answer.ts';
import type { CommandStanding } from '../core/settling/command-standing.ts';
import type { Finding } from '../core/settling/diagnose-visit.ts';
import { filingType, personClass, ratioClass, route, scheme } from './words.ts';
import { type ReplyResult, refusedToWire, settledToWire } from './write-answer.ts';

/** The answer to a question; none of it is stored. */
export type QuestionAnswer =
  | VerifiedPerson
  | RefusedAnswer
  | { readonly kind: 'benefit'; readonly decision: EligibilityDecision; readonly filing: Filing | undefined }
  | { readonly kind: 'quoted'; readonly quote: SettledAnswer }
  | DiagnosedAnswer
  | { readonly kind: 'explained'; readonly steps: readonly ExplanationStep[] };

export interface DiagnosedAnswer {
  readonly kind: 'diagnosed';
  readonly findings: readonly Finding[];
  readonly standings: readonly CommandStanding[];
}

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
    case 'diagnosed':
      return { $case: 'diagnosed', diagnosed: diagnosedToWire(answer) };
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

function diagnosedToWire({ findings, standings }: DiagnosedAnswer): Diagnosed {
  return {
    findings: findings.map(({ check, state, code, values }) => ({
      check,
      state: findingStates[state],
      code,
      values: { ...values },
    })),
    standings: standings.map(({ commandId, state, atMs, reasonCode }) => ({
      commandId: Buffer.from(commandId),
      state: standingStates[state],
      atMs,
      reasonCode,
    })),
  };
}

const findingStates = {
  PASSED: Diagnosed_Finding_State.PASSED,
  FAILED: Diagnosed_Finding_State.FAILED,
  NOT_REACHED: Diagnosed_Finding_State.NOT_REACHED,
} as const;

const standingStates = {
  ANSWERED: Diagnosed_Standing_State.ANSWERED,
  DEAD_LETTER: Diagnosed_Standing_State.DEAD_LETTER,
  PARKED: Diagnosed_Standing_State.PARKED,
  NOT_SEEN: Diagnosed_Standing_State.NOT_SEEN,
} as const;

function stepToWire(step: ExplanationStep) {
  const { rule, source, sentenceZh, sentenceEn, formula, resultFen } = step;
  return { rule, source, sentenceZh, sentenceEn, formula, resultFen };
}
