import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in ms that a process and all its descendants have used so far (Linux, /proc). */
export function cpuMs(pid: number): number {
  let ticks = 0;
  for (const one of descendants(pid)) ticks += ticksOf(one);
  return (ticks * 1_000) / TICKS_PER_SECOND;
}

/** CPU time in ms that everything on the machine has used, so that what isn't ours can be seen. */
export function machineCpuMs(): number {
  const [, user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .split(/\s+/)
    .map(Number);
  const ticks = [user, nice, system, irq, softirq].reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return (ticks * 1_000) / TICKS_PER_SECOND;
}

/** The child of this process that runs the program named. */
export function childCalled(program: string): number {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && Number(fieldsOf(pid)?.[1]) === process.pid && commandOf(pid) === program)
      return pid;
  }
  throw new Error(`no child of this process runs ${program}`);
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
  const stat = statOf(pid);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function commandOf(pid: number): string | undefined {
  const stat = statOf(pid);
  return stat?.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
}

function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
}
