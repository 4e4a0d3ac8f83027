import type { EngineError } from '../../errors/index.ts';
import type { AnswerError } from '../../errors/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';

/** What is left to do when a call has failed: tell whoever runs the gateway, without the caller's key or body. */
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
