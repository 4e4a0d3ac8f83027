import type { CallParts, ClientAnswer, ClientCall } from '@stagegate/core-transforms';
import { showCost } from '@stagegate/gateway-engine/billing';
import {
  isPartlyKept,
  joinKept,
  readKeptInputs,
  toCacheCall,
  toKeep,
  usesOfInputs,
  type KeptInputs,
} from '@stagegate/gateway-engine/caching';
import { limitedTokens, readUsage } from '@stagegate/gateway-engine/routing';
import { answerHeaders, printable, type ProviderHeaders } from './answer-headers.ts';
import type { PlannedCall } from './call-provider.ts';
import { chargeWhole, noteKept } from './charge-answer.ts';
import type { App, Exchange } from './parts.ts';
import { pythonFloat } from './quirks/python-float.ts';
import { askOrMock, readAnswer, toRequest } from './read-answer.ts';
import { refusedByTransform } from './refusal.ts';
import { replyWhole } from './reply.ts';
import { AttemptWatch } from './watch-attempt.ts';

const JSON_TYPE = 'application/json';

interface Given {
  readonly shown: ClientAnswer;
  readonly headers: ProviderHeaders;
}

/** Serves a call of several inputs that have an answer each (embeddings): only inputs that are not cached are sent, one by one to a provider that takes one at a time. */
export async function callInParts(app: App, exchange: Exchange, planned: PlannedCall, parts: CallParts): Promise<void> {
  const { client, deployment } = planned;
  const askedMs = app.clock.monotonicMs();
  const kept = await lookUp(app, exchange, planned, parts);
  if (kept !== undefined && kept.missing.length === 0) return answerKept(app, exchange, planned, { kept, parts, askedMs });
  const isPart = kept !== undefined && isPartlyKept(kept);
  if (isPart) exchange.tape?.dropped();
  const watch = new AttemptWatch(app, exchange, planned);
  try {
    const asked = isPart ? parts.withInputs(client, kept.missing) : client;
    const { shown, headers } = await askAll(app, exchange, planned, { client: asked, parts, watch });
    const given = shown.body;
    const providerMs = app.clock.monotonicMs() - watch.askedMs;
    const text = kept === undefined ? given : joinKept(kept, given, parts);
    if (text === undefined) {
      const message = 'the answer has not one embedding for each input';
      throw refusedByTransform({ kind: 'bad-upstream', provider: deployment.provider.id, message }, deployment, headers);
    }
    watch.gave(given, text);
    watch.end();
    const head = answerHeaders(app, exchange, JSON_TYPE, { deployment, provider: headers, providerMs });
    showCost(head, chargeWhole(app, exchange, planned, shown, { answerModel: watch.meter.model, tookMs: providerMs }), pythonFloat);
    replyWhole(exchange, 200, head, text);
    if (kept !== undefined) keep(app, kept, given);
  } finally {
    watch.end();
  }
}

async function lookUp(
  { cache, config, clock }: App,
  { caller }: Exchange,
  { client, plan, request }: PlannedCall,
  parts: CallParts,
): Promise<KeptInputs | undefined> {
  if (cache === undefined || config.caching === undefined) return undefined;
  const inputs = parts.inputs(client, plan);
  if (inputs === undefined) return undefined;
  const uses = usesOfInputs(config.caching, toCacheCall(config.caching, client, plan, request.target.group, caller), inputs);
  if (uses === undefined) return undefined;
  const answers = await Promise.all(uses.map(async (use) => (use.reads ? await cache.read(use.key) : undefined)));
  return readKeptInputs(inputs, uses, answers, plan.answerModel, clock.nowMs());
}

function keep({ cache, clock }: App, kept: KeptInputs, given: string): void {
  for (const { key, text, ttlSeconds } of toKeep(kept, given)) cache?.write(key, { text, storedMs: clock.nowMs() }, ttlSeconds);
}

/** One request after the other, where each takes one input. */
async function askAll(
  app: App,
  exchange: Exchange,
  planned: PlannedCall,
  { client, parts, watch }: { readonly client: ClientCall; readonly parts: CallParts; readonly watch: AttemptWatch },
): Promise<Given> {
  const inputs = parts.takesOne(planned.plan) ? parts.inputs(client, planned.plan) : undefined;
  const calls = inputs === undefined || inputs.length < 2 ? [client] : inputs.map((input) => parts.withInputs(client, [input]));
  const given: Given[] = [];
  for (const call of calls) given.push(await askOnce(app, exchange, planned, call, watch));
  const last = given.at(-1);
  if (last === undefined || given.length === 1) return last ?? { shown: { body: '' }, headers: new Map() };
  return { shown: parts.join(given.map(({ shown }) => shown.body)), headers: last.headers };
}

async function askOnce(app: App, exchange: Exchange, planned: PlannedCall, client: ClientCall, watch: AttemptWatch): Promise<Given> {
  const request = planned.mock === undefined ? await toRequest(app, exchange, planned, client) : undefined;
  const reply = await askOrMock(app, exchange, planned, client, request);
  try {
    return { shown: await readAnswer(app, exchange, planned, { client, reply, watch }), headers: reply.headers };
  } finally {
    reply.end();
  }
}

interface AllKept {
  readonly kept: KeptInputs;
  readonly parts: CallParts;
  /** When the cache was asked. Monotonic. */
  readonly askedMs: number;
}

/** Answers a call whose inputs are all cached. */
function answerKept(app: App, exchange: Exchange, planned: PlannedCall, { kept, parts, askedMs }: AllKept): void {
  const { deployment } = planned;
  const text = joinKept(kept, undefined, parts) ?? '';
  app.router.spared(planned.request, deployment);
  exchange.tape?.dropped();
  exchange.hold?.told(limitedTokens(readUsage(text), app.config.tokenRateLimitType));
  const [use] = kept.uses;
  noteKept(app, exchange, planned, text, use?.key ?? '');
  const headers = answerHeaders(app, exchange, JSON_TYPE, { deployment, providerMs: app.clock.monotonicMs() - askedMs });
  headers['x-litellm-response-cost'] = pythonFloat(0);
  if (use !== undefined && kept.uses.length === 1) headers['x-litellm-cache-key'] = printable(use.key);
  replyWhole(exchange, 200, headers, text);
}
