import { z } from 'zod';
import { claimRoutes } from './claim-routes.ts';
import { filingRoutes } from './filing-routes.ts';
import { failureSchema } from './http-failure.ts';
import { ownDataRoutes } from './own-data-routes.ts';
import { personRoutes } from './person-routes.ts';
import type { Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** The document of the public interface (OpenAPI 3.1), made of its routes; docs/openapi/home-region.json is this text. */
export function openApiDocument(): Json {
  const routes = [
    ...personRoutes,
    ...filingRoutes,
    ...ownDataRoutes,
    ...claimRoutes,
  ] as readonly Route<never>[];
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Yijie home region: filings, settlements and claims of insured persons',
      version: '1',
      description:
        'For the public channels. A bearer token says through which channel somebody calls and, but for POST /v1/person, for whom: it reaches that person’s own data alone. Days are those of Asia/Shanghai.',
    },
    paths,
    components: {
      schemas: schemasOf(routes),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT, at most five minutes' },
      },
    },
    security: [{ token: [] }],
  };
}

function operation(route: Route<never>): Json {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const text = { type: 'string' };
  const parameters = [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: text })),
    ...Object.entries(route.query ?? {}).map(([name, description]) => ({
      name,
      in: 'query',
      description,
      schema: text,
    })),
    ...(route.keyed
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            description: '1 to 64 signs; a repeat with the same key and body gets the first answer',
            schema: { ...text, minLength: 1, maxLength: 64 },
          },
        ]
      : []),
  ];
  return {
    operationId: route.operationId,
    summary: route.summary,
    parameters,
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(reference(route.body)) } }),
    responses: {
      [route.status]: {
        description: 'done',
        content: route.answer === 'text' ? { 'text/plain': { schema: text } } : json(reference(route.answer)),
      },
      default: { description: 'refused, with the reason', content: json(reference(failureSchema)) },
    },
  };
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

function reference(schema: z.ZodType): Json {
  return { $ref: `#/components/schemas/${nameOf(schema)}` };
}

function nameOf(schema: z.ZodType): string {
  const name = schema.meta()?.id;
  if (name === undefined) throw new Error('a schema of the interface has no name');
  return name;
}

function schemasOf(routes: readonly Route<never>[]): Json {
  const all: Record<string, unknown> = {};
  for (const schema of [...routes.flatMap(({ body, answer }) => [body, answer]), failureSchema]) {
    if (schema === undefined || schema === 'text') continue;
    const {
      $schema: _,
      $defs,
      ...own
    } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
    }) as Record<string, unknown> & { $defs?: Record<string, Record<string, unknown>> };
    for (const [name, definition] of Object.entries($defs ?? {})) all[name] = withoutId(definition);
    all[nameOf(schema)] = withoutId(own);
  }
  const text = JSON.stringify(sorted(all)).replaceAll('#/$defs/', '#/components/schemas/');
  return JSON.parse(text) as Json;
}

function withoutId({ id: _, ...schema }: Record<string, unknown>): Json {
  return schema;
}

function sorted(record: Record<string, unknown>): Json {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
