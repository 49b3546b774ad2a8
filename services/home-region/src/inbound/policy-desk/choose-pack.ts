import type { LocalDate } from '@yijie/calendar';
import type { PackChoice, PackFile } from '@yijie/contracts/policy';
import { type Refusal, refuse } from '@yijie/errors';
import { type CaseFile, type PackProblem, parseCases, parsePack } from '@yijie/policy';
import type { PackShelf, ShelvedPack } from '../../core/policy/pack-shelf.ts';
import { scheme } from '../../wire/words.ts';
import { FormError, optionalDate, pool, requiredFile, requiredWord } from '../grpc/form.ts';

/** Packs have a few thousand characters; the reader takes four seconds for so many of the worst kind. */
const PACK_CHARACTERS_MAX = 65_536;
const CASES_CHARACTERS_MAX = 1_048_576;
const NAME_CHARACTERS_MAX = 200;

/** The pack that a request means: its text, a version of the shelf, or what is in force on a day. */
export function choosePack(
  field: string,
  choice: PackChoice | undefined,
  shelf: PackShelf,
  today: LocalDate,
): ShelvedPack {
  const chosen = choice?.pack;
  switch (chosen?.$case) {
    case 'file': {
      const parsed = parseFile(`${field}.file`, chosen.file);
      if (!parsed.ok) throw new FormError(packRefusal(parsed.problems));
      return { pack: parsed.pack, fileName: chosen.file.name, cases: undefined };
    }
    case 'version':
      return found(shelf.byVersion(chosen.version));
    case 'inForce': {
      const { inForce } = chosen;
      const homePool = pool(`${field}.in_force.home_pool`, inForce.homePool);
      const kind = requiredWord(`${field}.in_force.scheme`, scheme.word(inForce.scheme));
      const day = optionalDate(`${field}.in_force.day`, inForce.day) ?? today;
      return found(shelf.inForce(homePool, kind, day));
    }
    case undefined:
      throw new FormError(refuse('FRM-REQUIRED', { field }));
  }
}

export function parseFile(field: string, file: PackFile | undefined) {
  const text = requiredFile(`${field}.text`, file?.text ?? '', PACK_CHARACTERS_MAX);
  const name = file?.name ?? '';
  if (name.length > NAME_CHARACTERS_MAX)
    throw new FormError(refuse('FRM-LENGTH', { field: `${field}.name`, max: `${NAME_CHARACTERS_MAX}` }));
  return parsePack(text, name);
}

/** The examples of a request; undefined when it brings none. */
export function readCases(text: string): CaseFile | undefined {
  if (text === '') return undefined;
  const parsed = parseCases(requiredFile('cases_json', text, CASES_CHARACTERS_MAX));
  if (parsed.ok) return parsed.file;
  const [first] = parsed.problems;
  throw new FormError(
    refuse('FRM-VALUE', {
      field: ['cases_json', first?.field].filter(Boolean).join('.'),
      allowed: first?.message ?? '',
    }),
  );
}

/** One refusal has room for one problem; CheckPack lists them all. */
function packRefusal(problems: readonly PackProblem[]): Refusal {
  const [first] = problems;
  if (first === undefined) throw new Error('a wrong pack without a problem');
  const { code, file, line, field, value, message } = first;
  return refuse(code, {
    file,
    line: `${line}`,
    path: field,
    value,
    problem: message,
    more: `${problems.length - 1}`,
  });
}

function found(shelved: ShelvedPack | Refusal): ShelvedPack {
  if ('ok' in shelved) throw new FormError(shelved);
  return shelved;
}
