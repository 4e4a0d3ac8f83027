import {
  type CallTransform,
  type ClientAnswer,
  type ClientCall,
  type Headers,
  type JsonObject,
  type Outcome,
  type Plan,
  type RawObject,
  type StoredAction,
} from '@stagegate/core-transforms';
import { showCost } from '@stagegate/gateway-engine/billing';
import { chooseCaller, forwardedHeaders } from '@stagegate/gateway-engine/auth';
import type { Caller, Deployment } from '@stagegate/gateway-engine/ports';
import {
  dropsForAgent,
  leaveServing,
  mayFallBackUnknown,
  ownerOf,
  pickWithRoom,
  readMock,
  readStoredCall,
  refuseForeign,
  refuseMocks,
  responseIds,
  roomHeaders,
  settingsForAgent,
  severalModels,
  withPrevious,
  type MockedCall,
  type PickedRoom,
  type PickRequest,
} from '@stagegate/gateway-engine/routing';
import { pythonFloat } from './quirks/python-float.ts';
import { admitCaller } from './admit-caller.ts';
import { answerHeaders } from './answer-headers.ts';
import { answerSeveral } from './answer-several.ts';
import { callInParts } from './call-in-parts.ts';
import { cachedAnswer, type CachedAnswer } from './cached-answer.ts';
import type { ProviderReply } from './ask-provider.ts';
import { chargeWhole } from './charge-answer.ts';
import { headerOf, headersOf, queryOf, type App, type Exchange } from './parts.ts';
import { pumpEvents } from './pump-events.ts';
import { askedModel, type AskedModel } from './quirks/model-of-the-path.ts';
import { asksForStream } from './quirks/stream-as-text.ts';
import { askOrMock, readAnswer, toRequest } from './read-answer.ts';
import { readRequest } from './read-request.ts';
import { Refusal, refusedByTransform } from './refusal.ts';
import { replyWhole } from './reply.ts';
import type { ProviderRoute } from './route-table.ts';
import { tryDeployments } from './try-deployments.ts';
import { waitForTurn } from './wait-for-turn.ts';
import { AttemptWatch } from './watch-attempt.ts';
import { withinActivity } from './within-activity.ts';
import { withinBudgets } from './within-budgets.ts';
import { withinRates } from './within-rates.ts';
import { withinShares } from './within-shares.ts';

/** Headers of the client that a transform may read. Never a credential. */
const READABLE_HEADERS = ['anthropic-beta', 'anthropic-version', 'x-req-format'] as const;

/** What is settled once a call's deployment is known; the steps after it read from here. */
export interface PlannedCall {
  readonly route: ProviderRoute;
  readonly client: ClientCall;
  readonly deployment: Deployment;
  readonly plan: Plan;
  readonly transform: CallTransform;
  readonly request: PickRequest;
  /** Set when no provider is asked: the answer is a mock's. */
  readonly mock: MockedCall | undefined;
}

/** A call's body, and the model that it asks for. */
export interface ReadCall {
  readonly route: ProviderRoute;
  readonly body: RawObject;
  readonly asked: AskedModel;
  readonly stream: boolean;
}

/** Serves one call, from body to last byte. Throws a refusal for whatever goes wrong before the first byte. */
export async function callProvider(
  app: App,
  exchange: Exchange,
  route: ProviderRoute,
  pathModel: string | undefined,
  known: Caller,
): Promise<void> {
  const body = await readRequest(app, exchange, route, pathModel);
  const stream = route.streams && asksForStream(body.value['stream']);
  const named = askedModel(pathModel, body.value['model'], stream);
  const caller = chooseCaller(known, named.name, app.modelNames);
  exchange.caller = caller;
  exchange.asked = { body: body.value, model: named.name };
  const { asked: askedFor, model, rates, budgets } = await admitCaller(app, exchange, caller, named.name, body.value);
  const asked = { ...named, name: model, ...(named.ofPath !== true && named.shown !== undefined && { shown: askedFor }) };
  exchange.asked = { body: body.value, model };
  await withinBudgets(app, exchange, route, { model, body, budgets }, () =>
    withinActivity(app, exchange, route, model, () =>
      withinShares(app, exchange, route, model, () =>
        withinRates(app, exchange, route, { rates, body }, (counted) =>
          answerModel(app, exchange, { route, body: counted, asked, stream }, caller),
        ),
      ),
    ),
  );
}

/** Sends a call to the group of its model; one that names several models, to each of them. */
async function answerModel(app: App, exchange: Exchange, call: ReadCall, caller: Caller): Promise<void> {
  const { route, body, asked } = call;
  const refused = refuseMocks(body.value, app.config);
  if (refused !== undefined) throw new Refusal(refused);
  const several = asked.shown === undefined || asked.ofPath === true ? undefined : severalModels(route.dialect, asked.shown);
  if (several !== undefined && app.findDeployments(asked.name ?? '', caller).length === 0)
    return answerSeveral(app, exchange, call, several, (branch, one) => answerModel(app, branch, one, caller));
  exchange.forwarded = headersToForward(app, exchange, asked.name);
  const deployments = findGroup(app, route, asked, body.value, caller);
  const foreign = givesIds(route) ? refuseForeign(body.value['previous_response_id'], caller, app.responseSeals) : undefined;
  if (foreign !== undefined) throw new Refusal(foreign);
  await waitForTurn(app, exchange, call, deployments);
  await tryDeployments(app, exchange, call, deployments, (tried, request) => tryOne(app, exchange, tried, request));
}

/** Serves a call on a response that a provider stores. It names no model, so that none is checked, as in the reference. */
export async function callStored(
  app: App,
  exchange: Exchange,
  route: ProviderRoute,
  { action, id, caller }: { readonly action: StoredAction; readonly id: string; readonly caller: Caller },
): Promise<void> {
  const foreign = refuseForeign(id, caller, app.responseSeals);
  if (foreign !== undefined) throw new Refusal(foreign);
  const read = readStoredCall(action, id, queryOf(exchange), app.findResponse);
  if ('error' in read) throw new Refusal(read.error);
  const { body, deployment } = read;
  const { rates } = await admitCaller(app, exchange, caller, undefined, body.value);
  exchange.forwarded = headersToForward(app, exchange, deployment.modelGroup);
  const call = { route, body, asked: { name: deployment.modelGroup, shown: undefined }, stream: false };
  await withinRates(app, exchange, route, { rates, body }, () =>
    tryDeployments(app, exchange, call, [deployment], (tried, request) => tryOne(app, exchange, tried, request)),
  );
}

/** The deployments of the model that was asked for; empty if there are none but it may still have fallbacks. */
function findGroup(app: App, route: ProviderRoute, { name }: AskedModel, body: JsonObject, caller: Caller): readonly Deployment[] {
  const all = name === undefined ? [] : app.findDeployments(name, caller);
  const missing = route.needsOrHas.find(
    (member) => !Object.hasOwn(body, member) && all.every(({ settings }) => settings.defaults[member] === undefined),
  );
  if (missing !== undefined) throw new Refusal({ kind: 'missing-member', route: route.name, name: missing });
  if (all.length === 0) {
    if (name !== undefined && mayFallBackUnknown(app.config)) return all;
    throw new Refusal({ kind: 'unknown-model', route: route.name, model: name });
  }
  const serving = leaveServing(app.config, all, name ?? '', caller, app.clock);
  if (!serving.ok) throw new Refusal(serving.error);
  return givesIds(route) ? withPrevious(serving.value, body['previous_response_id'], app.responseSeals) : serving.value;
}

/** One attempt, by one deployment that has room for it. */
async function tryOne(app: App, exchange: Exchange, call: ReadCall, asked: PickRequest): Promise<void> {
  const chosen = pickWithRoom(app.router, asked, app.clock.monotonicMs());
  const picked = chosen instanceof Promise ? await chosen : chosen;
  if (!picked.ok) throw new Refusal(picked.error);
  const { request } = picked.value;
  exchange.picked = request;
  const headers = Object.entries(roomHeaders(app.router, request, app.clock.nowMs()));
  for (const [name, value] of headers) exchange.outgoing.setHeader(name, value);
  try {
    await tryPicked(app, exchange, call, picked.value);
  } catch (thrown) {
    request.room?.end('nothing');
    if (!exchange.outgoing.headersSent) for (const [name] of headers) exchange.outgoing.removeHeader(name);
    throw thrown;
  }
}

async function tryPicked(app: App, exchange: Exchange, call: ReadCall, { deployment: chosen, request }: PickedRoom): Promise<void> {
  const { route, body } = call;
  const mock = readMock(chosen, route.dialect, body.value, exchange.caller, app.config);
  const deployment = mock?.deployment ?? chosen;
  const plan = toPlan(app, exchange, call, deployment);
  const transform = app.transforms(plan);
  if (!transform.ok) throw refusedByTransform(transform.error, deployment);
  const client = { body, headers: readableHeaders(exchange), memory: {} };
  await answerOrExchange(app, exchange, { route, client, deployment, plan, transform: transform.value, request, mock });
}

function toPlan(app: App, exchange: Exchange, { route, asked: { shown }, stream }: ReadCall, deployment: Deployment): Plan {
  const { provider, model, modelGroup, apiBase, facts } = deployment;
  const drops = dropsForAgent(app.config, headersOf(exchange));
  const settings = drops ? settingsForAgent(deployment.settings) : deployment.settings;
  const plan: Plan = { dialect: route.dialect, provider, model, modelGroup, answerModel: shown, stream, apiBase, settings, facts };
  if (!givesIds(route)) return plan;
  const reasoning = app.router.reasoningOf(deployment);
  const { caller } = exchange;
  const ids = responseIds(deployment, app.responseSeals, caller === undefined ? undefined : ownerOf(caller));
  return { ...plan, ids, ...(reasoning !== undefined && { reasoning }) };
}

/** Whether answers hold ids of responses, which clients send back in later calls. */
function givesIds({ dialect }: ProviderRoute): boolean {
  return dialect === 'openai-responses' || dialect === 'openai-responses-stored';
}

function readableHeaders(exchange: Exchange): Headers {
  const headers: Record<string, string> = {};
  for (const name of READABLE_HEADERS) {
    const value = headerOf(exchange, name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

function headersToForward(app: App, exchange: Exchange, model: string | undefined): Headers | undefined {
  return forwardedHeaders(app.config, app.modelNames, headersOf(exchange), model);
}

/** Some transforms answer by themselves: always, or when the provider does not. */
async function answerOrExchange(app: App, exchange: Exchange, planned: PlannedCall): Promise<void> {
  const { client, plan, transform } = planned;
  const here = transform.local?.(client, plan, exchange.ambient);
  if (here !== undefined) {
    app.router.spared(planned.request, planned.deployment);
    return answerItself(app, exchange, planned, here);
  }
  if (transform.parts !== undefined) return callInParts(app, exchange, planned, transform.parts);
  const cached = cachedAnswer(app, exchange, planned);
  if ((await cached?.answer(exchange, planned)) === true) return;
  try {
    await exchangeWithProvider(app, exchange, planned, cached);
  } catch (error) {
    const recovered = error instanceof Refusal ? transform.recover?.(client, plan, exchange.ambient) : undefined;
    if (recovered?.ok !== true) throw error;
    answerItself(app, exchange, planned, recovered);
  }
}

function answerItself(app: App, exchange: Exchange, { deployment }: PlannedCall, shown: Outcome<ClientAnswer>): void {
  if (!shown.ok) throw refusedByTransform(shown.error, deployment);
  const headers = answerHeaders(app, exchange, 'application/json', { deployment });
  replyWhole(exchange, 200, headers, shown.value.body);
}

async function exchangeWithProvider(app: App, exchange: Exchange, planned: PlannedCall, cached: CachedAnswer | undefined): Promise<void> {
  const { client, plan, mock } = planned;
  const request = mock === undefined ? await toRequest(app, exchange, planned, client) : undefined;
  const watch = new AttemptWatch(app, exchange, planned);
  let reply: ProviderReply | undefined;
  try {
    reply = await askOrMock(app, exchange, planned, client, request);
    if (plan.stream && reply.status < 300) await pumpEvents(app, exchange, planned, { reply, watch, cached });
    else {
      const text = await answerWhole(app, exchange, planned, reply, watch);
      cached?.keep(text);
    }
  } finally {
    reply?.end();
    watch.end();
  }
}

async function answerWhole(app: App, exchange: Exchange, planned: PlannedCall, reply: ProviderReply, watch: AttemptWatch): Promise<string> {
  const { client, deployment } = planned;
  const shown = await readAnswer(app, exchange, planned, { client, reply, watch });
  const providerMs = app.clock.monotonicMs() - watch.askedMs;
  watch.gave(shown.body);
  watch.end();
  const head = answerHeaders(app, exchange, 'application/json', { deployment, provider: reply.headers, providerMs });
  showCost(head, chargeWhole(app, exchange, planned, shown, { answerModel: watch.meter.model, tookMs: providerMs }), pythonFloat);
  replyWhole(exchange, 200, head, shown.body);
  return shown.body;
}
