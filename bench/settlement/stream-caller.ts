import { type ChannelCredentials, Client, type ClientDuplexStream } from '@grpc/grpc-js';
import { ExchangeResponse } from '@yijie/contracts/treatment';
import { grpcClientChannelOptions } from '@yijie/runtime';
import { type AnswerOf, CALLS, type CallName, type HospitalCaller } from './calls.ts';

/** A hospital's sender of many: one bidirectional stream, answers matched by correlation number. */
export class StreamCaller implements HospitalCaller {
  private readonly client: Client;
  private readonly stream: ClientDuplexStream<Buffer, ExchangeResponse>;
  private readonly waiting = new Map<number, Waiting>();
  private nextCorrelation = 1;
  private failed: Error | undefined;

  constructor(address: string, credentials: ChannelCredentials) {
    this.client = new Client(address, credentials, grpcClientChannelOptions);
    this.stream = this.client.makeBidiStreamRequest<Buffer, ExchangeResponse>(
      '/yijie.treatment.v1.TreatmentStreamService/Exchange',
      (bytes) => bytes,
      (bytes) => ExchangeResponse.decode(bytes),
    );
    this.stream.on('data', (response: ExchangeResponse) => this.take(response));
    this.stream.on('error', (error: Error) => {
      this.failed = error;
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    });
  }

  call<Name extends CallName>(name: Name, request: Uint8Array): Promise<AnswerOf<Name>> {
    if (this.failed) return Promise.reject(this.failed);
    const correlation = this.nextCorrelation;
    this.nextCorrelation += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(correlation, { resolve: resolve as (answer: unknown) => void, reject });
      this.stream.write(envelope(correlation, CALLS[name].field, request));
    });
  }

  close(): void {
    this.stream.end();
    this.client.close();
  }

  private take({ correlation, answer }: ExchangeResponse): void {
    const waiting = this.waiting.get(correlation);
    this.waiting.delete(correlation);
    if (answer === undefined || answer.$case === 'error') {
      const code = answer?.error.failure?.code ?? 'no answer';
      waiting?.reject(new Error(`the stream answered ${code}`));
    } else {
      waiting?.resolve((answer as unknown as Record<string, unknown>)[answer.$case]);
    }
  }
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(cause: Error): void;
}

/** An ExchangeRequest around a call that is encoded already. */
function envelope(correlation: number, field: number, request: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([8, ...varint(correlation), ...varint((field << 3) | 2), ...varint(request.length)]),
    request,
  ]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
