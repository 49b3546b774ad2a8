import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkPublishedExample, parsePublishedExamples, runCase } from '@yijie/policy';
import { Command } from 'commander';
import { casesBeside, loadPacks, problemLine, readText, withUsageErrors } from './pack-files.ts';

/** `yijie policy test`: the worked examples beside the packs, and the arithmetic of examples that name no policy. */
export function testCommand(): Command {
  return new Command('test')
    .description('run the worked examples beside the packs')
    .argument('[folder]', 'folder of packs', 'policies')
    .option('--json', 'one JSON object on standard output')
    .action((folder: string, options: { json?: boolean }) =>
      withUsageErrors(() => {
        const { packs, problems } = loadPacks([folder]);
        const outcomes = packs.flatMap(({ file, pack }) => {
          const beside = casesBeside(file);
          const name = file.split('/').at(-1);
          return (beside?.file.cases ?? [])
            .filter((worked) => worked.pack === name)
            .map((worked) => ({
              file,
              grade: worked.grade,
              ...runCase(pack, beside?.file as never, worked),
            }));
        });
        const tested = new Set(outcomes.map(({ file }) => file));
        const unverified = packs.filter(({ file }) => !tested.has(file)).map(({ file }) => file);
        const published = publishedVerdicts(folder);
        const failed = outcomes.filter((outcome) => !outcome.ok);
        if (options.json) console.log(JSON.stringify({ outcomes, unverified, published, problems }));
        else {
          for (const { ok, id, grade, file, differences, refusal } of outcomes) {
            console.log(`${ok ? 'ok    ' : 'FAILED'} ${grade} ${id}  (${file})`);
            if (refusal !== undefined) console.log(`    can't be computed: ${refusal}`);
            for (const { visit, name, printed, computed } of differences)
              console.log(`    visit ${visit} ${name}: the source prints ${printed}, computed ${computed}`);
          }
          for (const { id, grade, verdict, differences } of published) {
            if (verdict !== 'source-breaks') continue;
            console.log(`source breaks ${grade} ${id}`);
            for (const { name, printed, computed } of differences)
              console.log(`    ${name}: the source prints ${printed}, its own numbers give ${computed}`);
          }
          for (const file of unverified) console.log(`not verified by an example: ${file}`);
          for (const problem of problems) console.error(problemLine(problem));
          console.log(`${outcomes.length - failed.length} of ${outcomes.length} examples agree`);
        }
        if (failed.length > 0 || problems.length > 0) process.exitCode = 1;
      }),
    );
}

function publishedVerdicts(folder: string) {
  const path = join(folder, 'published-examples.json');
  if (!existsSync(path)) return [];
  return parsePublishedExamples(readText(path))
    .filter((example) => example.source_quality === 'C' || example.source_quality === 'D')
    .map(checkPublishedExample);
}
