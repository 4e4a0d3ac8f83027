import type { EngineError } from '../../errors/index.ts';
import type { AnswerError } from '../../errors/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';

/** Ends a failed call: logs it, without the caller's key or body. */
export function settleFailure(engine: EngineParts, open: OpenCall, error: EngineError, shown: AnswerError): void {
  if (shown.status < 500) return;
  engine.log.warn('call failed', {
    callId: open.callId,
    route: open.route.id,
    status: shown.status,
    kind: error.kind === 'transform' ? error.error.kind : error.kind,
    detail: error.kind === 'upstream' ? error.failure.message : undefined,
  });
}
