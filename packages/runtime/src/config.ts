import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type SettingMeta, settingMeta } from './setting.ts';

/** Settings by name; every value made with `setting`, optionally with `.default()` or `.optional()`. */
export type SettingsSchema = z.ZodObject<z.ZodRawShape>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings can't be used; `problems` has one sentence per variable. */
export class ConfigError extends Error {
  readonly #problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the settings can't be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.#problems = problems;
    // A service that ends by this prints the sentences; where in our code they were made says nothing about them.
    this.stack = `${this.name}: ${this.message}`;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }
}

/**
 * Reads every setting of a service from the environment, once, at its start. All that is wrong is reported together,
 * one sentence each, by the name of the variable; the value is repeated unless it is a secret.
 */
export function loadConfig<Schema extends SettingsSchema>(
  schema: Schema,
  env: Environment = process.env,
): Readonly<z.output<Schema>> {
  const problems: string[] = [];
  const texts: Record<string, string> = {};
  const declared = declarations(schema);
  for (const { name, variable, meta } of declared) {
    const text = readVariable(variable, meta, env, problems);
    if (text !== undefined) texts[name] = text;
  }

  const result = schema.safeParse(texts);
  if (result.success && problems.length === 0) return Object.freeze(result.data);
  for (const { name, variable, meta } of declared) {
    const issue = result.error?.issues.find((candidate) => candidate.path[0] === name);
    if (issue === undefined || problems.some((problem) => problem.startsWith(`${variable}_FILE `))) continue;
    const text = texts[name];
    if (text === undefined) {
      problems.push(`${variable} is required: ${meta.meaning} (${meta.form}).`);
    } else {
      problems.push(`${variable} ${issue.message}${meta.secret ? '' : `; it is "${text}"`}.`);
    }
  }
  for (const issue of result.error?.issues ?? []) {
    // A rule over several settings has no setting of its own.
    if (issue.path.length === 0) problems.push(`${issue.message}.`);
  }
  throw new ConfigError(problems);
}

export interface Declaration {
  readonly name: string;
  readonly variable: string;
  readonly meta: SettingMeta;
  readonly required: boolean;
  /** As it would be written in the environment; undefined without a default. */
  readonly defaultText: string | undefined;
}

/** What a schema declares, in its order. */
export function declarations(schema: SettingsSchema): readonly Declaration[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { inner, defaultValue, required } = unwrap(field as z.ZodType);
    const meta = settingMeta.get(inner);
    if (meta === undefined) {
      throw new TypeError(`setting "${name}" isn't made with setting.…: it has neither form nor meaning`);
    }
    return {
      name,
      variable: meta.variable ?? variableOf(name),
      meta,
      required,
      defaultText: asText(defaultValue),
    };
  });
}

function unwrap(field: z.ZodType): { inner: z.ZodType; defaultValue: unknown; required: boolean } {
  let inner = field;
  let defaultValue: unknown;
  let required = true;
  for (;;) {
    if (inner instanceof z.ZodDefault) {
      defaultValue = inner.def.defaultValue;
    } else if (!(inner instanceof z.ZodOptional)) {
      return { inner, defaultValue, required };
    }
    required = false;
    inner = inner.def.innerType as z.ZodType;
  }
}

/** An empty variable counts as unset: compose files and service managers pass what isn't given as "". */
function readVariable(
  variable: string,
  meta: SettingMeta,
  env: Environment,
  problems: string[],
): string | undefined {
  const text = env[variable];
  const file = meta.secret === true ? env[`${variable}_FILE`] : undefined;
  if (file !== undefined && file !== '') {
    if (text !== undefined && text !== '') {
      problems.push(`${variable}_FILE and ${variable} are both given; give one.`);
      return undefined;
    }
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch (cause) {
      problems.push(
        `${variable}_FILE names a file that can't be read (${(cause as NodeJS.ErrnoException).code}).`,
      );
      return undefined;
    }
  }
  return text === '' ? undefined : text;
}

/** `grpcBind` is `YIJIE_GRPC_BIND`. */
function variableOf(name: string): string {
  return `YIJIE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function asText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.join(',') : String(value);
}
