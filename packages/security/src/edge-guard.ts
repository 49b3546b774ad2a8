import type { Admission, ArrivingCall, Clock, Guard } from '@yijie/runtime';
import type { Scope } from './access-table.ts';
import { authorize, roleOf, rowOf } from './authorize.ts';
import type { Caller } from './caller.ts';
import type { CallerReader, CallerResult } from './caller-from.ts';
import type { EdgeLimits } from './edge-limits.ts';

/** What a handler knows of its caller: who, and how far the call may reach. */
export interface Authorized {
  readonly caller: Caller;
  readonly scope: Scope;
}

/**
 * Stands before every RPC of a service: who calls (certificate, token), whether the role may, whether there is room.
 * All of it is settled before the message is decoded.
 */
export function createEdgeGuard(options: {
  readonly callers: CallerReader;
  /** The province that this service serves. */
  readonly province: string;
  readonly limits: EdgeLimits;
  readonly clock: Pick<Clock, 'now'>;
}): Guard<Authorized> {
  const { callers, province, limits, clock } = options;

  function decide(rpc: string, result: CallerResult): Admission<Authorized> {
    if (!result.ok) return result;
    const { caller } = result;
    const authorization = authorize(rpc, caller, province);
    if (!authorization.ok) return authorization;
    const admitted = limits.admit(caller, rowOf(rpc)?.budget ?? 'administration', clock.now());
    if (!admitted.ok) return admitted;
    return { ok: true, identity: { caller, scope: authorization.scope } };
  }

  return {
    admit(call: ArrivingCall) {
      const result = callers(call);
      return result instanceof Promise
        ? result.then((answer) => decide(call.rpc, answer))
        : decide(call.rpc, result);
    },
    release({ caller }) {
      limits.release(caller);
    },
    logFields({ caller }) {
      const { serial } = caller;
      const role = roleOf(caller);
      if (caller.kind === 'institution')
        return { role, certificateSerial: serial, institution: caller.institutionCode };
      return { role, certificateSerial: serial };
    },
  };
}
