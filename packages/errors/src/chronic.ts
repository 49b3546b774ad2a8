import type { ErrorEntry } from './entry.ts';

/** Chronic outpatient care (门诊慢特病). It never falls back to ordinary outpatient. */
export const chronicErrors = {
  'CHR-LIST': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '该门诊慢特病病种尚未开通跨省直接结算[（病种代码 {diseaseCode}）]。',
    en: 'This chronic disease is not opened for direct settlement across provinces[ (code {diseaseCode})].',
    remedyZh: '请先自费结算，回参保地申请手工报销；请勿按普通门诊结算。',
    remedyEn: 'Pay, then claim at home; do not settle as ordinary outpatient.',
    usually: { zh: '手工报销 30 个工作日内', en: 'manual claim within 30 working days', basis: 'default' },
  },
  'CHR-QUAL': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '在参保地没有该病种的门诊慢特病待遇资格[（病种代码 {diseaseCode}）]。',
    en: 'The person has no qualification for this chronic disease at home[ (code {diseaseCode})].',
    remedyZh: '请先自费结算；资格认定后回参保地申请手工报销；请勿按普通门诊结算。',
    remedyEn: 'Pay; apply for the qualification and claim at home. Do not settle as ordinary outpatient.',
    usually: { zh: '手工报销 30 个工作日内', en: 'manual claim within 30 working days', basis: 'default' },
  },
  'CHR-ORG': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '该医院未开通此病种的门诊慢特病直接结算[（病种代码 {diseaseCode}）]。',
    en: 'This hospital is not opened for this chronic disease[ (code {diseaseCode})].',
    remedyZh: '请到已开通该病种的医院就诊，或先自费结算后回参保地报销；请勿按普通门诊结算。',
    remedyEn: 'Choose an opened hospital, or pay and claim at home; do not settle as ordinary outpatient.',
    usually: { zh: '手工报销 30 个工作日内', en: 'manual claim within 30 working days', basis: 'default' },
  },
  'CHR-OVERLAP': {
    grpc: 'ALREADY_EXISTS',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '参保人在这段时间内已有该病种的待遇资格[（病种代码 {diseaseCode}）][，认定编号 {qualificationId}]。',
    en: 'The person holds a qualification for this disease on some of these days[ (code {diseaseCode})][, number {qualificationId}].',
    remedyZh: '请变更已有的资格，或调整起止日期后重新登记。',
    remedyEn: 'Change the one that is held, or choose other days and record it again.',
  },
  'CHR-NOTFOUND': {
    grpc: 'NOT_FOUND',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '没有这项门诊慢特病待遇资格[（{qualificationId}）]。',
    en: 'There is no such chronic-disease qualification[ ({qualificationId})].',
    remedyZh: '请核对认定编号，或查询参保人的全部资格。',
    remedyEn: "Check the number, or list the person's qualifications.",
    keyStaysFree: true,
  },
} as const satisfies Record<string, ErrorEntry>;
