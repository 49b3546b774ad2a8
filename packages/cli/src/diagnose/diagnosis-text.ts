import { Actor, Retry } from '@yijie/contracts/common';
import { type Check, CheckState, type DiagnoseResponse, DiagnosisSubject } from '@yijie/contracts/diagnosis';

/** A diagnosis to read, each sentence in Chinese and English. */
export function diagnosisText(answer: DiagnoseResponse): string {
  const parts = [headOf(answer), firstOf(answer)];
  if (answer.checks.length > 0) parts.push(section('当时 Then', answer.checks));
  if (answer.today.length > 0) parts.push(section('现在 Now', answer.today));
  if (answer.changed.length > 0) parts.push(`已变化 Changed since: ${answer.changed.join(', ')}`);
  if (answer.attempts.length > 0) parts.push(attemptsOf(answer));
  return parts.join('\n\n');
}

const SUBJECTS: Readonly<Record<number, string>> = {
  [DiagnosisSubject.VISIT]: '就诊 Visit',
  [DiagnosisSubject.MESSAGE]: '报文 Message',
  [DiagnosisSubject.REFUSAL]: '被拒绝的请求 Refused call',
  [DiagnosisSubject.CODE]: '错误代码 Code',
};

function headOf({ subject, visitId, messageId, call, state, atMs }: DiagnoseResponse): string {
  const facts = [
    visitId && `就诊登记号 visit ${visitId}`,
    messageId && `报文号 message ${messageId}`,
    call && `操作 call ${call}`,
    state && `状态 state ${state}`,
    atMs > 0 && `时间 at ${new Date(atMs).toISOString()}`,
  ].filter(Boolean);
  return [SUBJECTS[subject] ?? '', ...facts.map((fact) => `  ${fact}`)].join('\n');
}

function firstOf({ first, today, state }: DiagnoseResponse): string {
  if (first !== undefined)
    return `请先处理 Deal with first: ${first.titleZh} ${first.titleEn}\n${detailOf(first, '  ')}`;
  if (today.length > 0) return '现在没有阻碍，可以办理。 Nothing stands in the way now.';
  return state === 'SETTLED'
    ? '已结算，没有失败的检查。 Settled; no check failed.'
    : '没有失败的检查。 No check failed.';
}

const MARKS: Readonly<Record<number, string>> = {
  [CheckState.PASSED]: '✓',
  [CheckState.FAILED]: '✗',
  [CheckState.NOT_REACHED]: '·',
};

function section(title: string, checks: readonly Check[]): string {
  return [title, ...checks.map(lineOf)].join('\n');
}

function lineOf(check: Check): string {
  const line = `  ${MARKS[check.state] ?? '?'} ${check.titleZh} ${check.titleEn}`;
  if (check.state === CheckState.FAILED) return `${line}\n${detailOf(check, '      ')}`;
  if (check.state === CheckState.NOT_REACHED) return `${line}  （未检查 not reached）`;
  return check.code === '' ? line : `${line}  ${check.code} ${check.deskZh} ${check.deskEn}`;
}

function detailOf(check: Check, indent: string): string {
  const values = Object.entries(check.values).map(([name, value]) => `${name}=${value}`);
  const lines = check.lineNumbers.length > 0 ? [`lines=${check.lineNumbers.join(',')}`] : [];
  const { usualDuration: usual } = check;
  return [
    [check.code, ...values, ...lines].join('  '),
    `患者 patient: ${check.patientZh} ${check.patientEn}`,
    `窗口 desk: ${check.deskZh} ${check.deskEn}`,
    `由谁办理 acts: ${ACTORS[check.actor] ?? ''}；重试 retry: ${RETRIES[check.retry] ?? ''}`,
    ...(usual ? [`通常用时 usually takes: ${usual.textZh} ${usual.textEn} [${usual.basis}]`] : []),
  ]
    .map((line) => indent + line)
    .join('\n');
}

function attemptsOf({ attempts }: DiagnoseResponse): string {
  const lines = attempts.map(
    ({ call, atMs, id, state, code }) =>
      `  ${new Date(atMs).toISOString()}  ${call}  ${state}  ${code}  ${id}`,
  );
  return ['此前的请求 Earlier calls', ...lines].join('\n');
}

const ACTORS: Readonly<Record<number, string>> = {
  [Actor.INSURED_PERSON]: '参保人 insured person',
  [Actor.HOSPITAL]: '医院 hospital',
  [Actor.HOME_AGENCY]: '参保地经办机构 home agency',
  [Actor.TREATMENT_AGENCY]: '就医地经办机构 treatment agency',
  [Actor.OPERATIONS]: '系统维护 operations',
  [Actor.NOBODY]: '无需办理 nobody',
};

const RETRIES: Readonly<Record<number, string>> = {
  [Retry.NO]: '重试无效 no',
  [Retry.AFTER_FIX]: '处理后重试 after the fix',
  [Retry.NEW_QUOTE]: '重新预结算 with a new quote',
  [Retry.LATER]: '稍后重试 later',
  [Retry.AUTO]: '系统自动重试 by itself',
};
