import { type Fen, formatYuan, SHARE_NAMES } from '@yijie/money';
import { compute, type PolicyResult } from '@yijie/policy';
import { Command } from 'commander';
import { loadPack, withUsageErrors } from './pack-files.ts';
import { readInput } from './read-input.ts';

/** `yijie policy compute --pack F --input F [--json]` */
export function computeCommand(): Command {
  return new Command('compute')
    .description('compute one input with one pack')
    .requiredOption('--pack <file>', 'the pack')
    .requiredOption('--input <file>', 'the input as JSON (policies/input.schema.json)')
    .option('--json', 'the result as JSON (policies/result.schema.json)')
    .action((options: { pack: string; input: string; json?: boolean }) =>
      withUsageErrors(() => {
        const pack = loadPack(options.pack);
        const input = pack && readInput(pack, options.input);
        if (pack === undefined || input === undefined) return;
        const result = compute(pack, input);
        if (options.json) console.log(JSON.stringify(result));
        else for (const line of resultLines(result)) console.log(line);
      }),
    );
}

const SHARES_ZH: Readonly<Record<(typeof SHARE_NAMES)[number], string>> = {
  poolFundFen: '统筹基金',
  largeAmountFen: '职工大额',
  seriousIllnessFen: '大病保险',
  civilServantFen: '公务员补助',
  enterpriseSupplementFen: '企业补充',
  medicalAidFen: '医疗救助',
  otherFundFen: '其他基金',
  ownAccountFen: '个人账户',
  familyAccountFen: '共济账户',
  personalCashFen: '个人现金',
  hospitalPartFen: '医院负担',
};

export function resultLines(result: PolicyResult): string[] {
  const amount = (fen: Fen) => formatYuan(fen, { grouped: true }).padStart(16);
  return [
    `${amount(result.totalFen)}  医疗费总额 total`,
    `${amount(result.deductiblePaidFen)}  起付线 deductible`,
    ...SHARE_NAMES.filter((name) => result.shares[name] !== 0).map(
      (name) => `${amount(result.shares[name])}  ${SHARES_ZH[name]} ${name}`,
    ),
    ...result.notes.map((note) => `  ${note}`),
    result.policyVersion,
  ];
}
