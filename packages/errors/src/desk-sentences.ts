import { type DescribeOptions, describeFailure } from './describe-failure.ts';
import type { Actor } from './entry.ts';
import { errorEntry, isErrorCode } from './error-catalogue.ts';

/** What the two people at the counter are told. */
export interface DeskSentences {
  readonly patientZh: string;
  readonly patientEn: string;
  readonly deskZh: string;
  readonly deskEn: string;
}

/**
 * The desk hears what happened, with the values, and what whoever must act does; the patient hears what to do, or who
 * is at work and that there is nothing to do.
 */
export function deskSentences(
  code: string,
  values: Readonly<Record<string, string>> = {},
  options: DescribeOptions = {},
): DeskSentences {
  const { messageZh, messageEn, remedyZh, remedyEn, actor } = describeFailure(code, values, options);
  const { patientZh, patientEn } = errorEntry(isErrorCode(code) ? code : 'NET-CODE');
  const acts = ACTS[actor];
  return {
    patientZh: patientZh ?? acts.patientZh ?? remedyZh,
    patientEn: patientEn ?? acts.patientEn ?? remedyEn,
    deskZh: `${messageZh}${acts.deskZh}${remedyZh}`,
    deskEn: `${messageEn} ${acts.deskEn}${remedyEn}`,
  };
}

interface Acts {
  /** Undefined: the remedy is meant for the patient. */
  readonly patientZh?: string;
  readonly patientEn?: string;
  readonly deskZh: string;
  readonly deskEn: string;
}

const ACTS: Readonly<Record<Actor, Acts>> = {
  'insured-person': { deskZh: '请告知患者：', deskEn: 'Tell the patient: ' },
  nobody: { deskZh: '', deskEn: '' },
  'home-agency': { deskZh: '由参保地医保经办机构处理：', deskEn: 'The home agency acts: ' },
  hospital: {
    patientZh: '由医院医保窗口处理，您不需要办理手续；请稍候，或先交押金，不要全额自费。',
    patientEn:
      'The insurance desk deals with it and nothing is asked of you; wait, or leave a deposit instead of paying in full.',
    deskZh: '',
    deskEn: '',
  },
  'treatment-agency': {
    patientZh: '由就医地医保经办机构处理，您不需要办理手续；急需离院的，可先交押金。',
    patientEn:
      'The treatment agency deals with it and nothing is asked of you; if you must leave, leave a deposit.',
    deskZh: '由就医地医保经办机构处理：',
    deskEn: 'The treatment agency acts: ',
  },
  'clearing-centre': {
    patientZh: '由清算机构处理，与您的结算无关，您不需要办理手续。',
    patientEn: 'The clearing centre deals with it; your settlement stands and nothing is asked of you.',
    deskZh: '由清算机构处理：',
    deskEn: 'The clearing centre acts: ',
  },
  finance: {
    patientZh: '由财务人员处理，与您的结算无关，您不需要办理手续。',
    patientEn: 'Finance deals with it; your settlement stands and nothing is asked of you.',
    deskZh: '由财务人员处理：',
    deskEn: 'Finance acts: ',
  },
  operations: {
    patientZh: '系统正在处理，您不需要办理手续；急需离院的，可先交押金，不要重复付款。',
    patientEn:
      'The system is being seen to and nothing is asked of you; if you must leave, leave a deposit, and do not pay twice.',
    deskZh: '由系统维护人员处理：',
    deskEn: 'Operations act: ',
  },
};
