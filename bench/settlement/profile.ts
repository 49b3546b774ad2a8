import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  /** µs of the machine's monotonic clock. */
  readonly startTime: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** Time spent in a stack of calls, from the innermost outwards. */
export interface StackTime {
  /** Where each frame's code lies: `packages/…`, `services/…`, a dependency's name, `node:…`, `native`. */
  readonly places: readonly string[];
  readonly micros: number;
}

/** Now, on the clock of the profiles. */
export function profileClockMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

const IDLE = new Set(['(idle)', '(root)']);

/** Busy times of the V8 profiles in a folder (`node --cpu-prof`), between two instants of the monotonic clock. */
export function readProfiles(folder: string, fromMicros: number, untilMicros: number): StackTime[] {
  return readdirSync(folder).flatMap((file) => {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
    const parents = new Map(
      profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])),
    );
    const spent = new Map<number, number>();
    let at = profile.startTime;
    for (const [index, id] of profile.samples.entries()) {
      const micros = profile.timeDeltas[index] ?? 0;
      at += micros;
      if (at < fromMicros || at > untilMicros) continue;
      if (!IDLE.has(nodes.get(id)?.callFrame.functionName ?? ''))
        spent.set(id, (spent.get(id) ?? 0) + micros);
    }
    return [...spent].map(([id, micros]) => ({ places: placesFrom(id, nodes, parents), micros }));
  });
}

function placesFrom(
  innermost: number,
  nodes: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string[] {
  const places: string[] = [];
  for (let id: number | undefined = innermost; id !== undefined; id = parents.get(id)) {
    const node = nodes.get(id);
    if (node !== undefined) places.push(placeOf(node));
  }
  return places;
}

function placeOf({ callFrame: { url, functionName } }: ProfileNode): string {
  if (url.startsWith('node:')) return url;
  const installed = /node_modules\/\.pnpm\/(?:(@[^/+]+)\+)?([^@/]+)@/.exec(url);
  if (installed?.[2]) return installed[1] ? `${installed[1]}/${installed[2]}` : installed[2];
  const ours = /\/((?:packages|services)\/[^/]+)\/src\/(.*)$/.exec(url);
  if (ours?.[1]) return `${ours[1]}/${ours[2]}`;
  return functionName.startsWith('(') ? functionName : 'native';
}
