import type { RegionCode } from '@yijie/codes';
import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type * as z from 'zod';
import { checkPack } from '../check/check-pack.ts';
import type { Pack } from './pack.ts';
import { packSchema } from './pack-schema.ts';

export interface PackProblem {
  readonly code: 'POL-FORM' | 'POL-LIMIT';
  readonly file: string;
  /** 1-based line of the field, or of the nearest part that exists. */
  readonly line: number;
  /** Path to the field, e.g. `visits.inpatient.deductible.amount`. */
  readonly field: string;
  readonly value: string;
  readonly message: string;
}

export type ParsedPack =
  | { readonly ok: true; readonly pack: Pack }
  | { readonly ok: false; readonly problems: readonly PackProblem[] };

/** Larger files are no packs; keeps a hostile file from exhausting the parser. */
const CHARACTERS_MAX = 1_000_000;

/** Nobody reads more at once, and each is looked up in the text. */
const PROBLEMS_MAX = 100;

/** Reads a policy pack from its text. Never throws: everything wrong is a problem with its place. */
export function parsePack(yamlText: string, fileName: string): ParsedPack {
  const whole = (message: string, line = 1): ParsedPack => ({
    ok: false,
    problems: [{ code: 'POL-FORM', file: fileName, line, field: '', value: '', message }],
  });
  if (yamlText.length > CHARACTERS_MAX) return whole(`must be at most ${CHARACTERS_MAX} characters`);
  const lines = new LineCounter();
  let document: Document;
  let input: unknown;
  try {
    // The reader compares every key with every other one of its map: `repeatedKey` needs one look at each.
    document = parseDocument(yamlText, {
      schema: 'failsafe',
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
    });
    const broken = document.errors[0];
    if (broken) return whole(`must be YAML: ${broken.message}`, lines.linePos(broken.pos[0]).line);
    const repeated = repeatedKey(document);
    if (repeated)
      return whole(
        `must be YAML: "${repeated.key}" stands twice in one map`,
        lines.linePos(repeated.at).line,
      );
    // A pack needs no aliases; without them no small file grows into a large one.
    input = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    // The YAML reader throws on what it can't build (aliases, nesting too deep for its stack).
    return whole(`must be plain YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const place = (code: PackProblem['code'], path: readonly PropertyKey[], message: string): PackProblem => ({
    code,
    file: fileName,
    line: lineOf(document, lines, path),
    field: path.map(String).join('.'),
    value: shown(valueAt(input, path)),
    message,
  });
  const parsed = packSchema.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((found) => flatten(found, input, []));
    return {
      ok: false,
      problems: problems.slice(0, PROBLEMS_MAX).map((found) => place('POL-FORM', found.path, found.message)),
    };
  }
  const { homePool, ...data } = parsed.data;
  const pack: Pack = {
    ...data,
    homePool: homePool as RegionCode,
    version: `${homePool}-${data.scheme}@${data.effective.from}`,
  };
  const problems = checkPack(pack);
  if (problems.length > 0)
    return { ok: false, problems: problems.map((found) => place(found.code, found.path, found.message)) };
  return { ok: true, pack };
}

function repeatedKey(document: Document): { readonly key: string; readonly at: number } | undefined {
  let repeated: { key: string; at: number } | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          repeated = { key: shown(key.value), at: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return repeated;
}

interface Found {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A union's issue says little; the branch that the input means says which field is wrong. */
function flatten(issue: z.core.$ZodIssue, input: unknown, prefix: readonly PropertyKey[]): Found[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union') {
    const value = valueAt(input, path);
    const branch =
      typeof value === 'object' && value !== null && 'notPublished' in value
        ? issue.errors[0]
        : issue.errors.at(-1);
    return (branch ?? []).flatMap((found) => flatten(found, input, path));
  }
  if (path.length > 0 && valueAt(input, path) === undefined && issue.code !== 'unrecognized_keys')
    return [{ path, message: 'is missing' }];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is no field of this section' }));
  if (issue.code === 'invalid_value')
    return [{ path, message: `must be one of ${issue.values.map(String).join(', ')}` }];
  if (issue.code === 'invalid_type') return [{ path, message: `must be ${issue.expected}` }];
  return [{ path, message: issue.message }];
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
