import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in ms that a process and all its descendants have used so far (Linux, /proc). */
export function cpuMs(pid: number): number {
  let ticks = 0;
  for (const one of descendants(pid)) ticks += ticksOf(one);
  return (ticks * 1_000) / TICKS_PER_SECOND;
}

const TICKS_PER_SECOND = 100;

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = Number(fieldsOf(pid)?.[1]);
    if (Number.isInteger(parent)) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  const toVisit = [root];
  for (let pid = toVisit.pop(); pid !== undefined; pid = toVisit.pop()) {
    found.push(pid);
    toVisit.push(...(children.get(pid) ?? []));
  }
  return found;
}

/** User and system time, with that of children that ended. */
function ticksOf(pid: number): number {
  const fields = fieldsOf(pid);
  if (fields === undefined) return 0;
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
}

/** Fields of /proc/<pid>/stat after the name: state, parent, … */
function fieldsOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
