import { z } from 'zod';

/** What a setting says about itself, beside its type. */
export interface SettingNotes {
  /** What it decides, in one sentence part ("where hospitals connect"). */
  readonly meaning: string;
  /** The variable, when it isn't `YIJIE_` and the setting's name. */
  readonly variable?: string;
  /** Its value is never printed, and `<VARIABLE>_FILE` may name a file that holds it. */
  readonly secret?: boolean;
}

export interface SettingMeta extends SettingNotes {
  /** Its form, for people: "whole number, 1 … 100", "host:port". */
  readonly form: string;
  readonly unit?: string;
}

/** Carries form, unit and meaning from the declaration of a setting to its documentation. */
export const settingMeta = z.registry<SettingMeta>();

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

/**
 * The forms a setting can have. Each reads the text of one environment variable; none guesses: `Number('')` is 0 and
 * `Boolean('false')` is true, so neither is used. Add `.default(…)` for a setting that may be left out and
 * `.optional()` for one without which the service does less.
 */
export const setting = {
  text: (notes: SettingNotes) => declare(z.string().min(1, 'must not be empty'), { ...notes, form: 'text' }),

  wholeNumber: (notes: SettingNotes, { min, max, unit }: Bounds) =>
    declare(
      z
        .string()
        .regex(/^-?[0-9]{1,15}$/, `must be a whole number, ${min} … ${max}`)
        .transform(Number)
        .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`)),
      { ...notes, form: `whole number, ${min} … ${max}`, ...(unit === undefined ? {} : { unit }) },
    ),

  flag: (notes: SettingNotes) =>
    declare(
      z.enum(['true', 'false'], { error: 'must be true or false' }).transform((value) => value === 'true'),
      { ...notes, form: 'true or false' },
    ),

  choice: <const Value extends string>(notes: SettingNotes, values: readonly [Value, ...Value[]]) =>
    declare(z.enum(values, { error: `must be one of ${values.join(', ')}` }), {
      ...notes,
      form: values.join(' | '),
    }),

  textList: (notes: SettingNotes) =>
    declare(
      z
        .string()
        .transform((value) => value.split(',').map((part) => part.trim()))
        .refine(
          (parts) => parts.every((part) => part !== ''),
          'must be a list separated by commas, without gaps',
        ),
      { ...notes, form: 'list, separated by commas' },
    ),

  hostAndPort: (notes: SettingNotes) =>
    declare(z.string().refine(isHostAndPort, 'must be host:port, with a port from 0 to 65535'), {
      ...notes,
      form: 'host:port',
    }),

  url: (notes: SettingNotes) =>
    declare(
      z.string().refine((value) => URL.canParse(value), 'must be an address such as https://host:port/path'),
      { ...notes, form: 'address' },
    ),

  filePath: (notes: SettingNotes) =>
    declare(z.string().min(1, 'must name a file'), { ...notes, form: 'file' }),
};

function declare<Schema extends z.ZodType>(schema: Schema, meta: SettingMeta): Schema {
  settingMeta.add(schema, meta);
  return schema;
}

function isHostAndPort(value: string): boolean {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):([0-9]{1,5})$/.exec(value);
  return match !== null && Number(match[1]) <= 65_535;
}
