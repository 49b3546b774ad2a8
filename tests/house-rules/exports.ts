import { codeOnly } from './code-only.ts';
import { filesOf, unitsOf } from './source-tree.ts';

/** Files that pass on whatever another file happens to export. Types may: they cost nothing and can't be run. */
export function starExports(root: string): readonly string[] {
  return unitsOf(root)
    .flatMap((unit) => filesOf(root, unit))
    .filter((file) => /\bexport\s*\*/.test(codeOnly(file.text)))
    .map((file) => `${file.path}: export * of values`);
}
