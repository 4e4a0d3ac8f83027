import { isWorthKeeping, readKept, toCacheCall, useOfCache, type CacheCall, type CacheUse } from '@stagegate/gateway-engine/caching';
import type { ResponseCache } from '@stagegate/gateway-engine/ports';
import { limitedTokens, readUsage } from '@stagegate/gateway-engine/routing';
import { writeText } from '../node/write-text.ts';
import { answerHeaders, printable } from './answer-headers.ts';
import type { PlannedCall } from './call-provider.ts';
import { noteKept } from './charge-answer.ts';
import type { App, Exchange } from './parts.ts';
import { pythonFloat } from './quirks/python-float.ts';
import { replyWhole, tapeHead } from './reply.ts';

/** What one call has to do with the cache. */
export class CachedAnswer {
  readonly #app: App;
  readonly #cache: ResponseCache;
  readonly #call: CacheCall;
  readonly #use: CacheUse;

  constructor(app: App, cache: ResponseCache, call: CacheCall, use: CacheUse) {
    this.#app = app;
    this.#cache = cache;
    this.#call = call;
    this.#use = use;
  }

  /** Answers the call with what was kept; false where there is nothing. */
  async answer(exchange: Exchange, planned: PlannedCall): Promise<boolean> {
    const { router, clock, config } = this.#app;
    const { deployment, plan } = planned;
    const askedMs = clock.monotonicMs();
    const kept = this.#use.reads ? await this.#cache.read(this.#use.key) : undefined;
    const text = kept === undefined ? undefined : readKept(kept, this.#use, this.#call, clock.nowMs());
    if (text === undefined) return false;
    router.spared(planned.request, deployment);
    exchange.tape?.dropped();
    exchange.hold?.told(limitedTokens(readUsage(text), config.tokenRateLimitType));
    noteKept(this.#app, exchange, planned, text, this.#use.key);
    const type = plan.stream ? 'text/event-stream; charset=utf-8' : 'application/json';
    const headers = answerHeaders(this.#app, exchange, type, { deployment, providerMs: clock.monotonicMs() - askedMs });
    headers['x-litellm-cache-key'] = printable(this.#use.key);
    headers['x-litellm-response-cost'] = pythonFloat(0);
    if (plan.stream) await replay(exchange, headers, text);
    else replyWhole(exchange, 200, headers, text);
    return true;
  }

  /** Keeps an answer that has come to its end, if it is worth it. */
  keep(text: string): void {
    const { key, stores, ttlSeconds } = this.#use;
    if (!stores || !isWorthKeeping(text, this.#call)) return;
    this.#cache.write(key, { text, storedMs: this.#app.clock.nowMs() }, ttlSeconds);
  }
}

/** Undefined where there is no cache, or the call has nothing to do with it. */
export function cachedAnswer(app: App, { caller }: Exchange, { client, plan, request }: PlannedCall): CachedAnswer | undefined {
  const { cache, config } = app;
  if (cache === undefined || config.caching === undefined) return undefined;
  const call = toCacheCall(config.caching, client, plan, request.target.group, caller);
  const use = useOfCache(config.caching, call);
  return use === undefined ? undefined : new CachedAnswer(app, cache, call, use);
}

async function replay(exchange: Exchange, headers: Record<string, string>, text: string): Promise<void> {
  const { outgoing, tape } = exchange;
  const head = { ...headers, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
  tapeHead(exchange, 200, head);
  if (!outgoing.destroyed) outgoing.writeHead(200, head);
  tape?.wrote(text);
  await writeText(outgoing, text);
  outgoing.end();
  tape?.ended();
}
