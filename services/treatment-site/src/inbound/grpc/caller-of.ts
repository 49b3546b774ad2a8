import type { CallContext } from '@yijie/runtime';
import { type Authorized, auditActor, rowFilter } from '@yijie/security';
import type { Caller } from '../../application/caller.ts';

export function callerOf(call: CallContext<Authorized>): Caller {
  const { caller, scope } = call.identity;
  const { requestBytes } = call;
  return {
    institutionCode: caller.kind === 'institution' ? caller.institutionCode : '',
    rows: rowFilter(scope, caller),
    masked: scope.masked,
    audit: auditActor(caller),
    deadlineMs: call.deadlineMs,
    requestBytes: Buffer.from(requestBytes.buffer, requestBytes.byteOffset, requestBytes.byteLength),
    traceParent: call.traceparent ?? null,
  };
}
