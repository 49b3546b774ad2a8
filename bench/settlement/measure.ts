import { cpuMs, machineCpuMs } from './cpu.ts';
import type { Deployment, Servers } from './environment.ts';
import type { LoadResult, Window } from './load.ts';

/** CPU time per unit of work, µs, by process; `others` is what the machine did besides. */
export interface CpuSplit {
  readonly broker: number;
  readonly postgresql: number;
  readonly treatmentSite: number;
  readonly homeRegion: number;
  readonly client: number;
  readonly others: number;
}

export type Measured = LoadResult & { readonly cpuMicros: CpuSplit; readonly cores: CpuSplit };

/** Runs a load and splits the CPU time of its measured window by process. */
export async function measure(
  servers: Servers,
  deployment: Deployment,
  seconds: number,
  run: (window: Window) => Promise<LoadResult>,
): Promise<Measured> {
  const read = () => {
    const parts = {
      broker: cpuMs(servers.kafkaPid),
      postgresql: cpuMs(servers.postgresPid),
      treatmentSite: cpuMs(deployment.treatmentPid),
      homeRegion: cpuMs(deployment.homePid),
      client: ownCpuMs(),
    };
    const ours = Object.values(parts).reduce((sum, value) => sum + value, 0);
    return { ...parts, others: machineCpuMs() - ours };
  };
  let before = read();
  let after = before;
  const result = await run({
    rampMs: 2_000,
    measureMs: seconds * 1_000,
    onStart: () => {
      before = read();
    },
    onEnd: () => {
      after = read();
    },
  });
  const spent = (scale: number) =>
    Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, (value - before[name as keyof CpuSplit]) * scale]),
    ) as unknown as CpuSplit;
  return { ...result, cpuMicros: spent(1_000 / result.count), cores: spent(1 / (seconds * 1_000)) };
}

/** Servers are this process's children, so its own time is taken without theirs. */
function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
