import { type Check, CheckState } from '@yijie/contracts/diagnosis';
import { type CheckResult, checkTitles, deskSentences, isErrorCode, usualDuration } from '@yijie/errors';
import { isOkCode, okCodes } from '@yijie/filing';
import { failureOf } from '@yijie/runtime';

const STATES = {
  PASSED: CheckState.PASSED,
  FAILED: CheckState.FAILED,
  NOT_REACHED: CheckState.NOT_REACHED,
} as const satisfies Record<CheckResult['state'], CheckState>;

/** A check in the words of both people at the counter. */
export function checkView(check: CheckResult): Check {
  const { zh, en } = checkTitles[check.name];
  const seen = {
    name: check.name,
    titleZh: zh,
    titleEn: en,
    state: STATES[check.state],
    code: check.code,
    values: { ...check.values },
    lineNumbers: [...check.lineNumbers],
  };
  return { ...seen, ...sentencesOf(check) };
}

type Sentences = Pick<
  Check,
  'patientZh' | 'patientEn' | 'deskZh' | 'deskEn' | 'actor' | 'retry' | 'usualDuration'
>;

const NOTHING_TO_SAY: Sentences = {
  patientZh: '',
  patientEn: '',
  deskZh: '',
  deskEn: '',
  actor: 0,
  retry: 0,
  usualDuration: undefined,
};

function sentencesOf({ state, code, values, lineNumbers }: CheckResult): Sentences {
  if (state !== 'FAILED') return noteOf(code, values);
  const { actor, retry } = failureOf({ ok: false, code, values, lineNumbers });
  const { zh, en, basis } = usualDuration(code);
  return {
    ...deskSentences(code, values, { lineNumbers }),
    actor,
    retry,
    usualDuration: { textZh: zh, textEn: en, basis },
  };
}

/** What stands beside a check that passed: how the filing counted, that a cap is reached, that the account is short. */
function noteOf(code: string, values: CheckResult['values']): Sentences {
  if (isOkCode(code)) {
    const { zh, en } = okCodes[code];
    return { ...NOTHING_TO_SAY, patientZh: zh, patientEn: en, deskZh: zh, deskEn: en };
  }
  return isErrorCode(code) ? { ...NOTHING_TO_SAY, ...deskSentences(code, values) } : NOTHING_TO_SAY;
}
