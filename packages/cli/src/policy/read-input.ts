import { checkInput, type Pack, type PolicyInput, parsePolicyInput } from '@yijie/policy';
import { readText } from './pack-files.ts';

/** Reads and checks an input for a pack; problems are printed with the path of the field, and end with status 1. */
export function readInput(pack: Pack, path: string): PolicyInput | undefined {
  const parsed = parsePolicyInput(readText(path));
  if (!parsed.ok) {
    for (const { field, message } of parsed.problems)
      console.error(`${path} ${field}: ${message} [POL-INPUT]`);
    process.exitCode = 1;
    return undefined;
  }
  const checked = checkInput(pack, parsed.input);
  if (checked.ok) return parsed.input;
  console.error(
    `${path} ${checked.values.field}: the pack has no rule for it (${checked.values.value}) [POL-INPUT]`,
  );
  process.exitCode = 1;
  return undefined;
}
