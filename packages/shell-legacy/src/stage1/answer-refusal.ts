import {
  declinedHeader,
  errorCost,
  errorHeaders,
  renderErrorBody,
  toAnswerError,
  type EngineError,
  type EnvelopeId,
} from '@stagegate/gateway-engine/errors';
import { showKey } from '@stagegate/gateway-engine/billing';
import type { Declined } from '@stagegate/gateway-engine/ports';
import { wordOutcome } from '@stagegate/gateway-engine/routing';
import { writeWhole } from '../node/write-whole.ts';
import { plainHeaders } from './answer-headers.ts';
import { noteFailed } from './charge-answer.ts';
import type { App, Exchange } from './parts.ts';
import { pythonFloat } from './quirks/python-float.ts';
import { Refusal } from './refusal.ts';
import { tapeReply } from './reply.ts';
import type { ProviderRoute, StageOneRoute } from './route-table.ts';
import { TURN_HEADER } from './wait-for-turn.ts';

/** What a refusal must know of its route. */
export type RefusedRoute = StageOneRoute | { readonly serves: 'management'; readonly envelope: EnvelopeId };

/**
 * The end of a call that failed before its first byte: front gets a declined one back, the client any other in its route's
 * envelope. What was thrown and is no refusal is a bug: it goes to the log, and a bare 500 to the client.
 */
export function answerRefusal(app: App, exchange: Exchange, route: RefusedRoute, thrown: unknown): void {
  const refusal = thrown instanceof Refusal ? thrown : new Refusal({ kind: 'internal' });
  const { problem, outcome } = refusal;
  const declined = declinedBy(problem);
  const worded = toAnswerError(problem);
  const shown = outcome === undefined ? worded : wordOutcome(worded, outcome.failed, outcome.configured);
  if (thrown !== refusal) app.log.error('bug', { path: exchange.path, message: String(thrown instanceof Error ? thrown.stack : thrown) });
  else if (shown.status >= 500) report(app, exchange, problem, shown.status);
  // Another lane may answer what is declined.
  if (declined === undefined && route.serves === 'provider')
    noteFailed(app, exchange, route, { problem, shown, deployment: refusal.deployment });
  if (exchange.outgoing.headersSent) {
    exchange.tape?.ended();
    return void exchange.outgoing.destroy();
  }
  exchange.outgoing.removeHeader(TURN_HEADER);
  // Only what goes to providers has an id to be asked about.
  const headers = route.serves === 'provider' ? providerHeaders(app, exchange, route, refusal) : { 'content-type': 'application/json' };
  Object.assign(headers, errorHeaders(problem));
  const said = declined === undefined ? headers : { ...headers, 'x-stagegate-declined': declinedHeader(declined) };
  const body = renderErrorBody(route.envelope, shown);
  tapeReply(exchange, shown.status, said, body, declined);
  if (declined !== undefined && exchange.front?.handOver(declined, exchange.bytes) === true) return;
  writeWhole(exchange.outgoing, shown.status, said, body);
}

function providerHeaders(app: App, exchange: Exchange, { dialect }: ProviderRoute, refusal: Refusal): Record<string, string> {
  const headers = plainHeaders(app, exchange, 'application/json', { deployment: refusal.deployment, provider: refusal.providerHeaders });
  const cost = errorCost(refusal.problem, dialect);
  if (cost === undefined) return headers;
  showKey(headers, exchange.caller, pythonFloat);
  headers['x-litellm-response-cost'] = cost;
  return headers;
}

function declinedBy(problem: EngineError): Declined | undefined {
  if (problem.kind !== 'transform' || problem.error.kind !== 'declined') return undefined;
  const { path, reason } = problem.error;
  return { by: 'core', reason: path === '' ? reason : `${path}: ${reason}` };
}

function report(app: App, exchange: Exchange, problem: EngineError, status: number): void {
  const kind = problem.kind === 'transform' ? problem.error.kind : problem.kind;
  const detail = problem.kind === 'upstream' ? problem.failure.message : undefined;
  app.log.warn('call failed', { callId: exchange.callId, route: exchange.path, status, kind, detail });
}
