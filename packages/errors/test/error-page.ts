import { CHECK_ORDER, checkTitles, codesOf } from '../src/checks.ts';
import { type ErrorCode, errorCatalogue, errorEntry, usualDuration } from '../src/index.ts';
import { RETIRED_CODES } from '../src/retired-codes.ts';

/** Heading of a prefix's table; a prefix without one breaks the page, so that nobody forgets to explain it. */
const PREFIX_TITLES: Readonly<Record<string, string>> = {
  CRD: 'Credential 凭证',
  ENR: 'Insured status 参保状态',
  HOME: 'Home region 参保地',
  FIL: 'Filing 备案',
  ORG: 'Institution 医疗机构',
  CHR: 'Chronic outpatient care 门诊慢特病',
  INJ: 'Injury 外伤',
  MAT: 'Maternity 生育',
  ACC: 'Personal account 个人账户',
  VST: 'Visit 就诊登记',
  CAT: 'Charge lines and catalogues 费用明细、目录对照',
  STL: 'Settlement 结算',
  REV: 'Refund and reversal 退费、冲正',
  POL: 'Policy packs 待遇政策',
  COR: 'Corrections 轧差报销',
  REI: 'Manual reimbursement 手工报销',
  NET: 'Between the regions 省际通道',
  DGN: 'Diagnosis 诊断',
  REF: 'Reference data 基础数据',
  NTC: 'Notices of stops 停机公告',
  KEY: 'Idempotency key 请求号',
  FRM: 'Form of a request 请求格式',
  CAL: 'Working days 工作日',
  OUT: 'Outbox 待发报文',
  DLQ: 'Dead letters 死信',
  SYS: 'Service state 系统状态',
  AUT: 'Identity and access 身份与权限',
  SIG: 'Signatures between regions 省际签名',
  LIM: 'Limits at the edge 接入限流',
  CLR: 'Clearing 清算',
  MCH: 'Matching and confirmation 对账、确认',
  HAP: 'Monthly application of a hospital 医院月度申请',
};

const INTRODUCTION = `# Error codes

Every refusal and every note of the product. Generated from \`packages/errors\` by
\`node scripts/run.mjs scripts/write-error-page.mjs\`; a test compares the two both ways.

- **What happened** is shown at the hospital's desk, **what to do** to the one who must act. \`{name}\` is a value, a
  \`[part]\` is left out when its value isn't known. Amounts named \`…Fen\` are shown in yuan.
- **Acts**: who has to do something. **Retry**: \`no\` (nothing changes by trying again), \`after-fix\`, \`new-quote\`
  (pre-settle again), \`later\` (unchanged), \`auto\` (the system tries by itself; ask for the outcome).
- **Key**: \`same\` – refused before the idempotency key was kept, the same key may be sent again; \`new\` – the refusal
  is the key's answer for ever, another attempt needs a new key.
- **gRPC**: the status when the refusal isn't the outcome of a state-changing call (outcomes travel with status OK).
  \`OK\` marks a note beside a settlement, not a failure.
- **Usually takes**: until the visit can go on, with the rule that says so; \`default\` is our own.
`;

export function renderErrorPage(): string {
  const byPrefix = new Map<string, ErrorCode[]>();
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const prefix = code.slice(0, code.indexOf('-'));
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), code]);
  }
  const sections = [...byPrefix].map(([prefix, codes]) => {
    const title = PREFIX_TITLES[prefix];
    if (title === undefined) throw new Error(`no title for prefix ${prefix}`);
    return `## ${prefix} – ${title}\n\n${renderTable(codes)}`;
  });
  return `${[INTRODUCTION, ...sections, renderChecks(), renderRetired()].join('\n')}`;
}

/** What `yijie diagnose` walks. */
function renderChecks(): string {
  const rows = CHECK_ORDER.map((name) => {
    const { zh, en } = checkTitles[name];
    const codes = codesOf(name).map((code) => `\`${code}\``);
    return `| \`${name}\` | ${zh} | ${en} | ${codes.join(' ')} |`;
  });
  return [
    '## Checks 检查项',
    '',
    'In the order in which they are made, as the diagnosis shows them.',
    '',
    '| check | 检查 | what | codes |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function usually(code: ErrorCode): string {
  const { zh, en, basis } = usualDuration(code);
  return `${zh}<br>${en} [${basis}]`;
}

function renderRetired(): string {
  const lines = Object.entries(RETIRED_CODES).map(
    ([code, successor]) => `- \`${code}\`: \`${successor}\` says the same.`,
  );
  return ['## Retired 停用', '', ...lines, ''].join('\n');
}

function renderTable(codes: readonly ErrorCode[]): string {
  const rows = codes.map((code) => {
    const entry = errorEntry(code);
    const cells = [
      `\`${code}\``,
      `${entry.zh}<br>${entry.en}`,
      `${entry.remedyZh}<br>${entry.remedyEn}`,
      entry.actor,
      entry.retry,
      entry.keyStaysFree ? 'same' : 'new',
      entry.grpc,
      usually(code),
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '| code | what happened | what to do | acts | retry | key | gRPC | usually takes |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
