import { diffPacks, effectSentence } from '@yijie/policy';
import { Command } from 'commander';
import { loadPack, UsageError, withUsageErrors } from './pack-files.ts';

/** `yijie policy diff OLD NEW`: what changes in the text, and for whom in money. */
export function diffCommand(): Command {
  return new Command('diff')
    .description('what a new pack changes, for whom, in words and numbers')
    .argument('<old>', 'the pack in force')
    .argument('<new>', 'the draft')
    .option('--json', 'fields and effects as JSON')
    .action((before: string, after: string, options: { json?: boolean }) =>
      withUsageErrors(() => {
        const old = loadPack(before);
        const draft = loadPack(after);
        if (old === undefined || draft === undefined) return;
        if (old.scheme !== draft.scheme)
          throw new UsageError(`the packs are of two schemes: ${old.scheme} and ${draft.scheme}`);
        const diff = diffPacks(old, draft);
        if (options.json) {
          console.log(JSON.stringify(diff));
          return;
        }
        console.log(`${old.version} → ${draft.version}`);
        for (const { field, before: was, after: is } of diff.fields)
          console.log(`  ${field}: ${was === '' ? '(none)' : was} → ${is === '' ? '(none)' : is}`);
        console.log(`${diff.effects.length} of the standard cases come out differently:`);
        for (const effect of diff.effects) console.log(`  ${effectSentence(effect)}`);
      }),
    );
}
