// A hospital's sender gone mad, as a process of its own: floods a service until its standard input ends, and then says
// what it did. Arguments: host:port, certificate file, key file, authority file, kind of flood.
import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

const [address = '', certificateFile = '', keyFile = '', authorityFile = '', kind = ''] =
  process.argv.slice(2);
const [host = '', port = ''] = address.split(':');
const identity = {
  cert: readFileSync(certificateFile),
  key: readFileSync(keyFile),
  ca: readFileSync(authorityFile),
  servername: 'localhost',
};
const done = { connections: 0, requests: 0, answers: 0, lost: 0 };

const HEADERS = {
  ':method': 'POST',
  ':scheme': 'https',
  'content-type': 'application/grpc',
  te: 'trailers',
  'grpc-timeout': '10S',
};
const GET_VISIT = '/yijie.treatment.v1.TreatmentService/GetVisit';
const EXCHANGE = '/yijie.treatment.v1.TreatmentStreamService/Exchange';
/** An empty message in gRPC's frame. */
const EMPTY_MESSAGE = Buffer.alloc(5);
const SESSIONS = 4;
const STREAMS_AT_ONCE = 100;

const floods: Record<string, () => void> = {
  /** Streams opened and reset before they can be answered, a hundred each turn of the event loop. */
  'rapid-reset': () => {
    everySession((session) => {
      for (let opened = 0; opened < STREAMS_AT_ONCE; opened += 1) {
        const stream = session.request({ ...HEADERS, ':path': GET_VISIT });
        stream.on('error', () => {});
        stream.close(constants.NGHTTP2_CANCEL);
        done.requests += 1;
      }
      return 'go-on';
    });
  },
  /** As many calls under way as the server allows, without regard to its answers. */
  calls: () => {
    everySession((session) => {
      for (let opened = 0; opened < STREAMS_AT_ONCE; opened += 1) call(session);
      return 'enough';
    });
  },
  /** Streams of requests whose answers are never taken. */
  'slow-reader': () => {
    everySession((session) => {
      for (let opened = 0; opened < STREAMS_AT_ONCE; opened += 1) {
        const stream = session.request({ ...HEADERS, ':path': EXCHANGE });
        stream.on('error', () => {});
        stream.pause();
        for (let sent = 0; sent < 100; sent += 1) stream.write(EMPTY_MESSAGE);
        done.requests += 1;
      }
      return 'enough';
    });
  },
  /** Connections that say nothing: without TLS, and with TLS but without a word of HTTP/2. */
  'half-open': () => {
    for (let opened = 0; opened < 200; opened += 1) {
      const socket = new Socket();
      socket.on('error', () => {});
      socket.connect(Number(port), host, () => {
        done.connections += 1;
      });
    }
    for (let opened = 0; opened < 60; opened += 1) {
      const socket: TLSSocket = connectTls(
        { ...identity, host, port: Number(port), ALPNProtocols: ['h2'] },
        () => {
          done.connections += 1;
        },
      );
      socket.on('error', () => {});
      socket.on('close', () => {
        done.lost += 1;
      });
    }
  },
};

/** Calls `play` on each of some connections, again at once as long as it says so; lost ones are opened anew. */
function everySession(play: (session: ClientHttp2Session) => 'go-on' | 'enough'): void {
  const open = () => {
    const session = connect(`https://${address}`, identity);
    session.on('error', () => {});
    session.on('close', () => {
      done.lost += 1;
      setTimeout(open, 100);
    });
    session.on('connect', () => {
      done.connections += 1;
      const turn = () => {
        if (!session.destroyed && !session.closed && play(session) === 'go-on') setImmediate(turn);
      };
      turn();
    });
  };
  for (let opened = 0; opened < SESSIONS; opened += 1) open();
}

/** One call after another in the place of a single stream. */
function call(session: ClientHttp2Session): void {
  if (session.destroyed || session.closed) return;
  const stream = session.request({ ...HEADERS, ':path': GET_VISIT });
  done.requests += 1;
  stream.on('error', () => {});
  stream.on('close', () => {
    done.answers += 1;
    setImmediate(() => call(session));
  });
  stream.resume();
  stream.end(EMPTY_MESSAGE);
}

const flood = floods[kind];
if (flood === undefined) throw new Error(`no such flood: ${kind}`);
flood();
process.stdin.on('data', () => {});
process.stdin.on('end', () => {
  process.stdout.write(JSON.stringify(done), () => process.exit(0));
});
