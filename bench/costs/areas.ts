import type { StackTime } from '../settlement/profile.ts';

/** By where the code lies; the first that fits counts. */
const AREAS: readonly (readonly [name: string, ...places: string[]])[] = [
  ['signatures between regions', 'packages/security/record-', 'packages/security/merkle'],
  ['audit rows and sealing', 'packages/security/audit-'],
  ['limits, caller, access', 'packages/security/'],
  ['metrics', 'packages/runtime/metric', 'prom-client', 'services/treatment-site/application/flow-metrics'],
  ['logs, traces', 'packages/runtime/log', 'packages/runtime/trac', '@opentelemetry'],
  ['gRPC', '@grpc/', 'packages/runtime/grpc'],
  ['Kafka client', 'kafkajs', '@platformatic/', 'packages/bus/'],
  ['PostgreSQL client', 'pg', 'packages/postgres/'],
  ['protobuf', 'protobufjs', 'packages/contracts/'],
  ['conversion, catalogue', 'packages/catalogue/'],
  ['policy, eligibility', 'packages/policy/', 'packages/filing/'],
  ['outbox, intake', 'packages/exchange/'],
  ['recovery', 'services/treatment-site/application/recover'],
  ['the service itself', 'services/', 'packages/'],
  ['garbage collection', '(garbage collector)'],
];

/**
 * Shares of the busy time. What Node and native code do (sockets, buffers, hashing, TLS) counts for the code that asked
 * for it; what nobody of these asked for (reading sockets and their TLS, timers, promises) stands by itself.
 */
export function areasOf(stacks: readonly StackTime[]): Readonly<Record<string, number>> {
  const spent = new Map<string, number>();
  let all = 0;
  for (const { places, micros } of stacks) {
    const name = areaOf(places);
    spent.set(name, (spent.get(name) ?? 0) + micros);
    all += micros;
  }
  return Object.fromEntries(
    [...spent].sort((a, b) => b[1] - a[1]).map(([name, micros]) => [name, micros / all]),
  );
}

function areaOf(places: readonly string[]): string {
  for (const place of places) {
    const area = AREAS.find(([, ...starts]) => starts.some((start) => place.startsWith(start)));
    if (area !== undefined) return area[0];
  }
  return 'Node: events, reading sockets, TLS';
}
