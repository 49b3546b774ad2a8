import type { ErrorEntry } from './entry.ts';

/** Institutions (定点医药机构). */
export const organisationErrors = {
  'ORG-NOTNET': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '该医疗机构或该项服务未开通跨省直接结算[（{institutionCode}，{visitKind}）]。',
    en: 'The institution, or this service of it, is not opened for direct settlement[ ({institutionCode}, {visitKind})].',
    remedyZh: '请选择已开通的定点医药机构；或先自费结算，回参保地申请手工报销。',
    remedyEn: 'Choose an opened institution, or pay and claim at home.',
    usually: { zh: '手工报销 30 个工作日内', en: 'manual claim within 30 working days', basis: 'default' },
  },
  'ORG-NOTCHOSEN': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '该医院不在参保地为您登记的门诊定点名单内[（{institutionCode}）]。',
    en: "This hospital isn't among the outpatient hospitals chosen at home[ ({institutionCode})].",
    remedyZh: '请在APP查看本人的定点名单，到名单内的医院就诊；或先自费结算，回参保地申请手工报销。',
    remedyEn: 'See your list in the app and go to a hospital on it, or pay and claim at home.',
    usually: { zh: '手工报销 30 个工作日内', en: 'manual claim within 30 working days', basis: 'default' },
  },
  'ORG-SUSPENDED': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'hospital',
    retry: 'later',
    zh: '该医疗机构医保服务暂停或正在停机维护[，预计 {until} 恢复]。',
    en: 'The institution is suspended, or a maintenance notice is in force[; expected back {until}].',
    remedyZh: '请在恢复后结算；患者可先交押金，不必全额自费。',
    remedyEn: 'Settle after it is back; the patient may leave a deposit instead of paying in full.',
    patientZh: '机构暂停或停机维护期间不能直接结算；请等候恢复，可先交押金，不要全额自费。',
    patientEn:
      'Direct settlement waits until the stop is over; wait or leave a deposit instead of paying in full.',
    usually: { zh: '至公告的恢复时间', en: 'until the time that the notice names', basis: 'default' },
  },
  'ORG-UNKNOWN': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'treatment-agency',
    retry: 'after-fix',
    zh: '机构目录中没有该医疗机构[（{institutionCode}）]。',
    en: "The institution isn't in the directory[ ({institutionCode})].",
    remedyZh: '请就医地医保经办机构把该机构加入目录，并登记等级和开通的服务。',
    remedyEn:
      'The treatment agency adds the institution to the directory with its level and opened services.',
    keyStaysFree: true,
  },
  'ORG-NOLIST': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'home-agency',
    retry: 'no',
    zh: '参保地[（{homePool}）]不实行门诊定点，不需要选定医院。',
    en: 'The home region[ ({homePool})] keeps no list of outpatient hospitals; none has to be chosen.',
    remedyZh: '参保人可到任何已开通的医院就诊；参保地改行定点的，请先更新开通配置。',
    remedyEn:
      'The person may go to any opened hospital; a region that begins a list first changes its services.',
  },
  'ORG-CHOICE': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '选定的门诊医院超过参保地规定的数量[（{count} 家，上限 {max} 家）]。',
    en: 'More outpatient hospitals are chosen than the home region allows[ ({count}, at most {max})].',
    remedyZh: '请减少选定的医院后重新登记。',
    remedyEn: 'Choose fewer hospitals and record the choice again.',
  },
} as const satisfies Record<string, ErrorEntry>;
