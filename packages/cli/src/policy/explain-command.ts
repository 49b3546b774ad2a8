import { explain } from '@yijie/policy';
import { Command, Option } from 'commander';
import { resultLines } from './compute-command.ts';
import { loadPack, withUsageErrors } from './pack-files.ts';
import { readInput } from './read-input.ts';

/** `yijie policy explain --pack F --input F`: each step with its rule, source, formula and result. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('say step by step which rule gave each amount')
    .requiredOption('--pack <file>', 'the pack')
    .requiredOption('--input <file>', 'the input as JSON')
    .addOption(new Option('--language <language>', 'of the sentences').choices(['zh', 'en']).default('zh'))
    .option('--json', 'result and steps as JSON')
    .action((options: { pack: string; input: string; language: 'zh' | 'en'; json?: boolean }) =>
      withUsageErrors(() => {
        const pack = loadPack(options.pack);
        const input = pack && readInput(pack, options.input);
        if (pack === undefined || input === undefined) return;
        const { result, steps } = explain(pack, input);
        if (options.json) {
          console.log(JSON.stringify({ result, steps }));
          return;
        }
        steps.forEach((step, index) => {
          console.log(`${index + 1}. ${options.language === 'zh' ? step.sentenceZh : step.sentenceEn}`);
          console.log(`   ${step.formula}`);
          console.log(`   ${step.source}`);
        });
        console.log('');
        for (const line of resultLines(result)) console.log(line);
      }),
    );
}
