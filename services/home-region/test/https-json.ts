import { readFileSync } from 'node:fs';
import { request } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  readonly body: any;
}

/** One HTTPS call to a service of a test, trusting the authority of its keys alone. */
export function httpsCaller(address: string, authorityFile: string) {
  const ca = readFileSync(authorityFile);
  const [host = '', port = ''] = address.split(':');
  return (
    method: string,
    path: string,
    options: {
      readonly token?: string;
      readonly key?: string;
      readonly body?: unknown;
      readonly text?: string;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const body = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
      const call = request(
        {
          host,
          port: Number(port),
          servername: 'localhost',
          ca,
          method,
          path,
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
            ...(options.key === undefined ? {} : { 'idempotency-key': options.key }),
            ...options.headers,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const text = Buffer.concat(parts).toString();
            const isJson = response.headers['content-type']?.startsWith('application/json');
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              body: isJson ? JSON.parse(text) : undefined,
            });
          });
        },
      );
      call.on('error', reject);
      call.end(body);
    });
}
