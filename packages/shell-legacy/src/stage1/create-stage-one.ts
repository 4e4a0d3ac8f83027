import { answerPreflight, compileModelNames, corsHeaders, createAuthenticate } from '@stagegate/gateway-engine/auth';
import { compileActivity, compileKeyLimits, compileShares, Deadlines, everybodysRates } from '@stagegate/gateway-engine/limits';
import type { CorsRules, FromFront, NodeListener, RouteAccess, TapedCall } from '@stagegate/gateway-engine/ports';
import { compileFindResponse, compileModels, createResponseSeals, createRouter } from '@stagegate/gateway-engine/routing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeWhole } from '../node/write-whole.ts';
import { identifyCaller } from './admit-caller.ts';
import { answerHere } from './answer-here.ts';
import { answerManaged } from './answer-managed.ts';
import { answerRefusal } from './answer-refusal.ts';
import { callProvider, callStored } from './call-provider.ts';
import { headerOf, queryOf, type App, type Exchange, type StageOneOptions } from './parts.ts';
import { chooseCallId } from './quirks/call-id-of-client.ts';
import { answerNoRoute } from './quirks/detail-for-lost-paths.ts';
import { findRoute, methodsOf, type ProviderRoute, type StageOneRoute } from './route-table.ts';

const CORS_FOR_ALL: CorsRules = { origins: ['*'], credentials: false };
const MANAGED_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Stage 1: a whole gateway in the reference's own manner. Step after step, everything buffered but streams; of the engine
 * it takes rows and pure decisions, never its flow or its I/O, so that it can stand when those fall.
 */
export function createStageOne(options: StageOneOptions): NodeListener {
  const { config } = options;
  const findDeployments = compileModels(config);
  const responseSeals = createResponseSeals(config.saltKey ?? config.masterKey);
  const app: App = {
    ...options,
    authenticate: createAuthenticate(config, options.keys, options.clock, options.tokens),
    findDeployments,
    keyLimits: compileKeyLimits(config, findDeployments),
    findActivity: compileActivity(config, findDeployments),
    findShares: compileShares(config, findDeployments),
    modelNames: compileModelNames(config, findDeployments),
    responseSeals,
    findResponse: compileFindResponse(config, responseSeals),
    router: createRouter(config, options.counters, () => options.ids.random()),
    globalRates: everybodysRates(config.parallelMax),
    deadlines: new Deadlines(),
  };
  return (incoming, outgoing, front) => {
    outgoing.setHeader('x-stagegate-lane', 'legacy-io');
    if (front !== undefined) outgoing.setHeader('x-stagegate-rule', front.rule);
    if (answerBrowser(app, incoming, outgoing)) return;
    void serve(app, openExchange(app, incoming, outgoing, front));
  };
}

/** Lets a browser's script read the answer; a preflight request is answered here. */
function answerBrowser({ config }: App, { method = '', headers }: IncomingMessage, outgoing: ServerResponse): boolean {
  const { origin } = headers;
  if (origin === undefined) return false;
  const rules = config.cors ?? CORS_FOR_ALL;
  const preflight = answerPreflight(rules, method, (name) => headers[name]?.toString());
  if (preflight !== undefined) writeWhole(outgoing, preflight.status, preflight.headers, String(preflight.body));
  else for (const [name, value] of Object.entries(corsHeaders(rules, origin) ?? {})) outgoing.setHeader(name, value);
  return preflight !== undefined;
}

function openExchange(app: App, incoming: IncomingMessage, outgoing: ServerResponse, front: FromFront | undefined): Exchange {
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const ownId = app.ids.callId();
  return {
    incoming,
    outgoing,
    method: incoming.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    front,
    callId: chooseCallId(incoming.headers['x-litellm-call-id'], ownId),
    ambient: { nowSeconds: Math.floor(app.clock.nowMs() / 1000), callId: ownId },
    startedMs: app.clock.monotonicMs(),
    bytes: front?.prescan?.bytes,
    tape: undefined,
    caller: undefined,
    asked: undefined,
    forwarded: undefined,
    endUser: undefined,
    endUserOff: false,
    accessGroups: undefined,
    hold: undefined,
    aside: undefined,
    picked: undefined,
    route: undefined,
    gone: undefined,
  };
}

async function serve(app: App, exchange: Exchange): Promise<void> {
  const { method, path } = exchange;
  const hit = findRoute(method, path);
  if (hit === undefined) return serveManaged(app, exchange);
  const { route, model, response } = hit;
  try {
    const caller = await identifyCaller(app, exchange, accessOf(route));
    exchange.caller = caller;
    if (route.serves === 'provider') {
      exchange.tape = app.recorder?.begin(tapedCall(exchange, route));
      exchange.tape?.calledBy(caller);
      if (route.stored === undefined) await callProvider(app, exchange, route, model, caller);
      else await callStored(app, exchange, route, { action: route.stored, id: response ?? '', caller });
    } else answerHere(app, exchange, route.serves, model, caller);
  } catch (thrown) {
    answerRefusal(app, exchange, route, thrown);
  }
}

async function serveManaged(app: App, exchange: Exchange): Promise<void> {
  const { incoming, outgoing, method, path } = exchange;
  const hit = app.management?.find(method, path);
  const known = (asked: string): readonly string[] => [...methodsOf(asked), ...managedMethods(app, asked)];
  if (hit === undefined) return answerNoRoute(outgoing, incoming.url ?? '/', known(path), known(path.replace(/\/$/u, '')));
  try {
    await answerManaged(app, exchange, hit);
  } catch (thrown) {
    answerRefusal(app, exchange, { serves: 'management', envelope: hit.route.envelope }, thrown);
  }
}

function managedMethods({ management }: App, path: string): readonly string[] {
  return management === undefined ? [] : MANAGED_METHODS.filter((method) => management.find(method, path) !== undefined);
}

function accessOf(route: StageOneRoute): RouteAccess | undefined {
  if (route.serves === 'provider') return undefined;
  return route.open ? 'open' : 'caller';
}

function tapedCall(exchange: Exchange, { id }: ProviderRoute): TapedCall {
  const { method, path, front, ambient, outgoing } = exchange;
  return {
    lane: 'legacy-io',
    rule: front?.rule,
    route: id,
    method,
    path,
    query: queryOf(exchange),
    ambient,
    header: (name) => headerOf(exchange, name),
    isGone: () => outgoing.destroyed,
  };
}
