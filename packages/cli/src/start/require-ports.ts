import { isPortFree } from '@yijie/local-cluster';

const PORT_MAX = 65_535;

/** The first of `count` ports that are all free; else a sentence that says which isn't, and what to do. */
export async function requirePorts(text: string, count: number, script: string): Promise<number> {
  const first = Number(text);
  const last = first + count - 1;
  if (!Number.isInteger(first) || first < 1 || last > PORT_MAX)
    throw new Error(`--port ${text}: say the first of ${count} ports, 1 to ${PORT_MAX - count + 1}.`);
  for (let port = first; port <= last; port += 1) {
    if (await isPortFree(port)) continue;
    const other = first + 100 + count > PORT_MAX ? first - 100 : first + 100;
    throw new Error(
      `Port ${port} is in use. Stop what listens there (\`ss -ltnp | grep :${port}\`), or take other ports: ${script} -- --port ${other}`,
    );
  }
  return first;
}
