import * as z from 'zod';
import { DIMENSIONS } from '../pack/cell.ts';
import { packSchema } from '../pack/pack-schema.ts';
import { policyInputSchema, policyResultSchema } from './policy-input.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The published JSON Schemas by file name under `policies/`, made from the schemas that read the files. */
export function jsonSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    'pack.schema.json': packJsonSchema(),
    'input.schema.json': {
      title: 'Yijie policy input',
      ...z.toJSONSchema(policyInputSchema, { io: 'input' }),
    },
    'result.schema.json': {
      title: 'Yijie policy result',
      ...z.toJSONSchema(policyResultSchema, { io: 'input' }),
    },
  };
}

/**
 * A pack's scalars are read as text, but an editor sees YAML's own types: numbers and strings are both allowed there,
 * and wherever a value may depend on the case, a table `{by: …}` too.
 */
function packJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(packSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema as unknown as z.ZodType) as { cell?: string } | undefined;
      const enumeration = jsonSchema.enum as readonly unknown[] | undefined;
      // `localDigits: 4` is a number to an editor, "4" to the reader.
      if (enumeration?.every((value) => typeof value === 'string' && /^\d+$/.test(value))) {
        delete jsonSchema.type;
        jsonSchema.enum = [...enumeration, ...enumeration.map(Number)] as NonNullable<typeof jsonSchema.enum>;
      }
      if (meta?.cell === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, { description: meta.cell, $ref: '#/$defs/value' });
    },
  });
  return {
    title: 'Yijie policy pack',
    ...schema,
    $defs: {
      ...schema.$defs,
      value: {
        anyOf: [
          { type: ['string', 'number', 'boolean'] },
          { $ref: '#/$defs/table' },
          { $ref: '#/$defs/bands' },
          {
            type: 'object',
            properties: { times: {}, share: {}, of: { type: 'string' }, atLeast: {}, atMost: {} },
            required: ['of'],
            additionalProperties: false,
          },
        ],
      },
      table: {
        type: 'object',
        properties: {
          by: { enum: [...DIMENSIONS] },
          other: { $ref: '#/$defs/value' },
          source: { type: 'string' },
          assumed: { type: 'string' },
          note: { type: 'string' },
        },
        required: ['by'],
        additionalProperties: { $ref: '#/$defs/value' },
      },
      bands: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            from: { type: ['string', 'number'] },
            to: { type: ['string', 'number'] },
            pays: { $ref: '#/$defs/value' },
            note: { type: 'string' },
          },
          required: ['from', 'pays'],
          additionalProperties: false,
        },
      },
    },
  };
}
