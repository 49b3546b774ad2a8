import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface ProfileShares {
  /** Share of the busy time by where the function lies: a package, a folder of a service, a dependency, Node. */
  readonly byPlace: ReadonlyMap<string, number>;
  readonly byFunction: ReadonlyMap<string, number>;
  /** Share of the busy time spent below a function whose place begins with the given text. */
  readonly below: (place: string) => number;
  readonly busyShare: number;
}

const IDLE = new Set(['(idle)', '(root)']);

/** Sums the self times of the V8 profiles in a folder (`node --cpu-prof`). */
export function readProfiles(folder: string): ProfileShares {
  const byPlace = new Map<string, number>();
  const byFunction = new Map<string, number>();
  const stacks: { readonly places: ReadonlySet<string>; readonly micros: number }[] = [];
  let busy = 0;
  let all = 0;
  for (const file of readdirSync(folder)) {
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    const self = new Map<number, number>();
    for (const [index, id] of samples.entries()) {
      self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0));
      all += timeDeltas[index] ?? 0;
    }
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
    for (const [id, micros] of self) {
      const node = byId.get(id);
      if (node === undefined || IDLE.has(node.callFrame.functionName)) continue;
      busy += micros;
      const { functionName, url, lineNumber } = node.callFrame;
      const place = placeOf(url, functionName);
      add(byPlace, place, micros);
      add(byFunction, `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`, micros);
      const places = new Set<string>();
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
        const frame = byId.get(at)?.callFrame;
        if (frame) places.add(`${placeOf(frame.url, frame.functionName)}#${frame.functionName}`);
      }
      stacks.push({ places, micros });
    }
  }
  const shares = (sums: Map<string, number>) =>
    new Map([...sums].sort((a, b) => b[1] - a[1]).map(([name, micros]) => [name, micros / busy]));
  return {
    byPlace: shares(byPlace),
    byFunction: shares(byFunction),
    below: (place) => {
      let micros = 0;
      for (const stack of stacks)
        for (const one of stack.places) {
          if (!one.startsWith(place)) continue;
          micros += stack.micros;
          break;
        }
      return micros / busy;
    },
    busyShare: busy / all,
  };
}

function add(sums: Map<string, number>, name: string, micros: number): void {
  sums.set(name, (sums.get(name) ?? 0) + micros);
}

function placeOf(url: string, functionName: string): string {
  if (url.startsWith('node:')) return url;
  const installed = /node_modules\/\.pnpm\/(?:@[^/]+\+)?([^@/]+)@/.exec(url);
  if (installed?.[1]) return installed[1];
  const ours = /\/((?:packages|services)\/[^/]+)\/src\/(.*)$/.exec(url);
  if (ours?.[1]) return `${ours[1]}/${ours[2]}`;
  return functionName.startsWith('(') ? functionName : 'native';
}
