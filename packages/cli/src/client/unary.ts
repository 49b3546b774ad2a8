import { type Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { Failure } from '@yijie/contracts/common';
import { failureFromError } from '@yijie/runtime';

/** A call that ended with a gRPC error, with the typed detail when the service gave one. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly status: number;
  readonly failure: Failure | undefined;

  constructor(rpc: string, cause: ServiceError) {
    const failure = failureFromError(cause);
    super(
      failure
        ? `${rpc}: ${failure.code} ${failure.messageEn} ${failure.remedyEn}`
        : `${rpc}: ${cause.details || cause.message}`,
      { cause },
    );
    this.status = cause.code;
    this.failure = failure;
  }
}

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Calls a method of a generated client and waits for its answer. */
export function unary<Request, Response>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  request: Request,
  options: {
    readonly deadlineMs: number;
    readonly metadata?: Metadata;
    /** How messages name the call, when the method's own name doesn't say it. */
    readonly rpc?: string;
  },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + options.deadlineMs;
    method.call(client, request, options.metadata ?? new Metadata(), { deadline }, (error, response) => {
      if (error) reject(new CallFailed(options.rpc ?? method.name, error));
      else resolve(response);
    });
  });
}
