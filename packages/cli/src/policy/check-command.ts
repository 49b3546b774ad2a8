import { assumptionsOf, effectiveReductions, inForceTogether, NATIONAL_LIMITS, runCase } from '@yijie/policy';
import { Command } from 'commander';
import { casesBeside, type LoadedPack, loadPacks, problemLine, withUsageErrors } from './pack-files.ts';

/** `yijie policy check`: form, gaps, sources, national limits, periods, and the examples beside the packs. */
export function checkCommand(): Command {
  return new Command('check')
    .description('check packs: fields, gaps, sources, national limits, periods, examples')
    .argument('[paths...]', 'pack files or folders', ['policies'])
    .option('--json', 'one JSON object on standard output')
    .action((paths: string[], options: { json?: boolean }) =>
      withUsageErrors(() => {
        const { packs, problems } = loadPacks(paths);
        const overlaps = overlapping(packs);
        const reports = packs.map(reportOf);
        const failed =
          problems.length + overlaps.length + reports.filter((report) => report.failed.length > 0).length;
        if (options.json)
          console.log(JSON.stringify({ ok: failed === 0, problems, overlaps, packs: reports }));
        else print(problems.map(problemLine), overlaps, reports);
        if (failed > 0) process.exitCode = 1;
      }),
    );
}

interface PackReport {
  readonly file: string;
  readonly version: string;
  /** Examples that ran; none means the pack is not verified by an example. */
  readonly examples: number;
  readonly failed: readonly string[];
  readonly assumed: number;
  readonly notPublished: number;
  readonly warnings: readonly string[];
}

function reportOf({ file, pack }: LoadedPack): PackReport {
  const beside = casesBeside(file);
  const name = file.split('/').at(-1);
  const cases = beside?.file.cases.filter((worked) => worked.pack === name) ?? [];
  const outcomes = cases.map((worked) => runCase(pack, beside?.file as never, worked));
  return {
    file,
    version: pack.version,
    examples: outcomes.length,
    failed: outcomes.filter((outcome) => !outcome.ok).map((outcome) => outcome.id),
    assumed: assumptionsOf(pack).length,
    notPublished: pack.notPublished?.length ?? 0,
    warnings: warningsOf({ file, pack }),
  };
}

/** Other ways than points may exceed the national limits; the pack's effective points are said, not refused. */
function warningsOf({ pack }: LoadedPack): string[] {
  const { effect, exceedsNationalLimit } = pack.filing;
  if (effect === 'none') return [];
  return effectiveReductions(pack).flatMap(({ class: name, pointsMax, where }) => {
    if (pointsMax <= NATIONAL_LIMITS[name]) {
      if (effect === 'points') return [];
      if (pointsMax === 0) return [];
      return [`${effect}: ${name} is at most ${pointsMax / 100} points below local (${where})`];
    }
    const reason = exceedsNationalLimit === undefined ? '' : `; stated: ${exceedsNationalLimit.reason}`;
    return [
      `${effect}: ${name} is up to ${pointsMax / 100} points below local, beyond the national ${NATIONAL_LIMITS[name] / 100} (${where})${reason}`,
    ];
  });
}

/** Two packs of one region and scheme on one day: POL-OVERLAP at the first settlement of such a day. */
function overlapping(packs: readonly LoadedPack[]): string[] {
  return packs.flatMap((a, index) =>
    packs
      .slice(index + 1)
      .filter((b) => inForceTogether(a.pack, b.pack))
      .map((b) => `${a.file} and ${b.file} are in force on the same days [POL-OVERLAP]`),
  );
}

function print(
  problems: readonly string[],
  overlaps: readonly string[],
  reports: readonly PackReport[],
): void {
  for (const report of reports) {
    const verified = report.examples === 0 ? 'not verified by an example' : `${report.examples} example(s)`;
    const gaps = report.notPublished === 0 ? '' : `, ${report.notPublished} note(s) of what isn't published`;
    console.log(`${report.version}  ${report.file}: ${verified}, ${report.assumed} assumption(s)${gaps}`);
    for (const warning of report.warnings) console.log(`  warning: ${warning}`);
    for (const id of report.failed) console.log(`  FAILED example: ${id} (see yijie policy test)`);
  }
  for (const line of [...problems, ...overlaps]) console.error(line);
  console.log(`${reports.length} pack(s) right, ${problems.length + overlaps.length} problem(s)`);
}
