import { type ChannelCredentials, Client, type ClientDuplexStream } from '@grpc/grpc-js';
import { ExchangeRequest, ExchangeResponse } from '@yijie/contracts/treatment';
import { grpcClientChannelOptions } from '@yijie/runtime';

/** A hospital's sender of many: one bidirectional stream, answers matched by correlation number. */
export class StreamCaller {
  private readonly client: Client;
  private readonly stream: ClientDuplexStream<Buffer, ExchangeResponse>;
  private readonly waiting = new Map<number, (response: ExchangeResponse) => void>();
  private nextCorrelation = 1;
  private failed: Error | undefined;
  private ended = false;

  constructor(address: string, credentials: ChannelCredentials) {
    this.client = new Client(address, credentials, grpcClientChannelOptions);
    this.stream = this.client.makeBidiStreamRequest<Buffer, ExchangeResponse>(
      '/yijie.treatment.v1.TreatmentStreamService/Exchange',
      (bytes) => bytes,
      (bytes) => ExchangeResponse.decode(bytes),
    );
    this.stream.on('data', (response: ExchangeResponse) => {
      const resolve = this.waiting.get(response.correlation);
      this.waiting.delete(response.correlation);
      resolve?.(response);
    });
    this.stream.on('error', (error: Error) => {
      if (!this.ended) this.failed = error;
    });
  }

  /** Sends a request whose `call` part is encoded already; correlation and call are joined as protobuf allows. */
  send(encodedCall: Buffer): Promise<ExchangeResponse> {
    if (this.failed) return Promise.reject(this.failed);
    const correlation = this.nextCorrelation;
    this.nextCorrelation += 1;
    const head = ExchangeRequest.encode({ correlation, call: undefined }).finish();
    return new Promise((resolve) => {
      this.waiting.set(correlation, resolve);
      this.stream.write(Buffer.concat([head, encodedCall]));
    });
  }

  get error(): Error | undefined {
    return this.failed;
  }

  close(): void {
    this.ended = true;
    this.stream.end();
    this.client.close();
  }
}

/** Field number of SettleRequest in ExchangeRequest. */
const SETTLE_FIELD = 12;

/** Wraps an encoded SettleRequest as the `settle` part of an ExchangeRequest. */
export function settleCall(...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from(varint((SETTLE_FIELD << 3) | 2)), Buffer.from(varint(size)), ...parts]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}
