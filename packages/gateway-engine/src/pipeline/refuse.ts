import { declinedHeader, errorCost, errorHeaders, renderErrorBody, toAnswerError, type EngineError } from '../errors/index.ts';
import type { CallAnswer, Declined, Deployment, Fallbacks, UpstreamAnswer } from '../ports/index.ts';
import { wordOutcome, type FailedRoute, type RouteState } from '../routing/index.ts';
import { answerHeaders, JSON_TYPE } from './answer-headers.ts';
import { noteFailed } from './attempts/charge.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { settleFailure } from './stages/settle.ts';

/** How far a call that failed had come: who was asked last, what came back, and what the router had tried. */
export interface FailedCall {
  readonly deployment: Deployment | undefined;
  readonly answer: UpstreamAnswer | undefined;
  readonly route: RouteState;
  readonly outcome: FailedRoute;
  readonly configured: Fallbacks;
}

/** Answers with an error, in the envelope of the call's route. A declined call says so, so that the front can try another lane. */
export function refuse(engine: EngineParts, open: OpenCall, error: EngineError, failed?: FailedCall): CallAnswer {
  const worded = toAnswerError(error);
  const shown = failed?.outcome === undefined ? worded : wordOutcome(worded, failed.outcome, failed.configured);
  settleFailure(engine, open, error, shown);
  const declined = declinedBy(error);
  // A declined call has not failed yet: another lane may answer it.
  if (declined === undefined) noteFailed(engine, open, error, shown, failed?.deployment);
  const cost = errorCost(error, open.route.dialect);
  const headers = answerHeaders(engine, open, JSON_TYPE, { ...failed, showsKey: cost !== undefined });
  Object.assign(headers, errorHeaders(error));
  if (cost !== undefined) headers['x-litellm-response-cost'] = cost;
  const refusal = wholeAnswer(shown.status, headers, renderErrorBody(open.route.envelope, shown));
  if (declined === undefined) return refusal;
  headers['x-stagegate-declined'] = declinedHeader(declined);
  return { ...refusal, declined };
}

/** An answer whose body is here in full, with its `content-length`: without one Node would send it in chunks. */
export function wholeAnswer(status: number, headers: Record<string, string>, body: string): CallAnswer {
  headers['content-length'] = String(Buffer.byteLength(body));
  return { status, headers, body };
}

function declinedBy(error: EngineError): Declined | undefined {
  if (error.kind !== 'transform' || error.error.kind !== 'declined') return undefined;
  const { path, reason } = error.error;
  return { by: 'core', reason: path === '' ? reason : `${path}: ${reason}` };
}
