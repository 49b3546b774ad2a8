import { PolicyServiceService } from '@yijie/contracts/policy';
import { type UnaryService, type UploadService, uploadService } from '@yijie/runtime';
import { type Authorized, callerName } from '@yijie/security';
import type { PolicyCall } from '../policy-desk/answer-call.ts';
import type { PolicyDesk } from '../policy-desk/policy-desk.ts';

/** A year of a city takes a few minutes to send; a connection lives for ten. */
const SIMULATION_MS_MAX = 5 * 60_000;

/** Questions about packs. Messages stay bytes here: the desk's own thread decodes, computes and encodes. */
export function policyServices(
  desk: PolicyDesk,
): readonly (UnaryService<Authorized> | UploadService<Authorized>)[] {
  const { simulatePack, ...calls } = PolicyServiceService;
  return [
    {
      kind: 'unary',
      methods: Object.entries(calls).map(([name, { path }]) => ({
        name,
        path,
        rpc: path.slice(1),
        decode: (bytes) => bytes,
        encode: (answer) => answer as Buffer,
        handle: (request, { signal }) => desk.ask(name as PolicyCall, request as Uint8Array, signal),
        deadlineMs: undefined,
      })),
    },
    uploadService<Authorized>(
      simulatePack,
      (messages, { identity, signal }) => desk.simulate(callerName(identity.caller), messages, signal),
      { deadlineMs: SIMULATION_MS_MAX },
    ),
  ];
}
