import { type ChannelCredentials, Client } from '@grpc/grpc-js';
import { grpcClientChannelOptions } from '@yijie/runtime';
import { type AnswerOf, CALLS, type CallName, type HospitalCaller } from './calls.ts';

/** Unary calls over one connection. A connection carries 100 calls at once (packages/runtime), so many need several. */
export class UnaryCaller implements HospitalCaller {
  private readonly client: Client;

  constructor(address: string, credentials: ChannelCredentials) {
    this.client = new Client(address, credentials, grpcClientChannelOptions);
  }

  call<Name extends CallName>(name: Name, request: Uint8Array): Promise<AnswerOf<Name>> {
    const { path, decode } = CALLS[name];
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path,
        (bytes: Uint8Array) => bytes as Buffer,
        (bytes) => decode(bytes) as AnswerOf<Name>,
        request,
        { deadline: Date.now() + DEADLINE_MS },
        (error, answer) => {
          if (error) reject(error);
          else resolve(answer as AnswerOf<Name>);
        },
      );
    });
  }

  close(): void {
    this.client.close();
  }
}

const DEADLINE_MS = 30_000;
