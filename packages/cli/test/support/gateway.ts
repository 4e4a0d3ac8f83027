import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chooseTransform, type JsonObject } from '@stagegate/core-transforms';
import {
  noCredentials,
  silentLog,
  systemClock,
  systemIds,
  type KeyLookup,
  type NodeListener,
  type Redis,
  type ResponseCache,
  type Spending,
} from '@stagegate/gateway-engine/ports';
import { createMemoryCounters, createSharedRates } from '@stagegate/gateway-engine/counters';
import { createHealthChecks } from '@stagegate/gateway-engine/health';
import { Admission } from '@stagegate/gateway-engine/limits';
import { createManagement, managedRoutes } from '@stagegate/gateway-engine/management';
import type { Store } from '@stagegate/gateway-engine/store';
import { openTokens } from '@stagegate/gateway-engine/tokens';
import { createMedia, createUpstream } from '@stagegate/gateway-engine/upstream';
import { HTTP_LANES, LANE_FACTORIES, readConfig, type HttpLane } from '@stagegate/parity/lanes';
import { wire } from '../../src/wire.ts';

/** Each lane alone, and the front with all of them behind it. */
export const GATEWAYS: readonly GatewayName[] = [...HTTP_LANES, 'front'];

export type GatewayName = HttpLane | 'front';

/** What front is told: every lane has its share of the calls, by each thing a rule can ask for. */
const MIGRATION: JsonObject = {
  rules: [
    { match: { route: '/v1/ocr' }, lane: 'legacy-io' },
    { match: { provider: 'openai', stream: true }, lane: 'legacy-thin' },
    { match: { route: '/v1/messages', stream: false }, lane: 'legacy-thin' },
    { match: { model: 'mess*' }, lane: 'legacy-io' },
  ],
};

export const MASTER_KEY = 'sk-master-of-tests';

/** A lane on a real socket, calling real sockets. */
export interface Gateway {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** One model of each format, and the same with some patience and with little, in front of one upstream. `more` is merged into the configuration. */
export function configFor(upstreamUrl: string, more: JsonObject = {}): JsonObject {
  const chat = { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, api_key: 'key-of-chat' };
  const messages = { model: 'anthropic/claude-sonnet-4-5', api_base: upstreamUrl, api_key: 'key-of-messages' };
  const compatible = { model: 'groq/llama-3.3-70b-versatile', api_base: `${upstreamUrl}/v1`, api_key: 'key-of-compatible' };
  return {
    model_list: [
      { model_name: 'chat', litellm_params: chat },
      { model_name: 'messages', litellm_params: messages },
      { model_name: 'compatible', litellm_params: compatible },
      { model_name: 'hasty', litellm_params: { ...chat, timeout: 0.15 } },
      { model_name: 'brisk', litellm_params: { ...chat, timeout: 4 } },
      { model_name: 'vectors', litellm_params: { ...chat, model: 'openai/text-embedding-3-small', api_key: 'key-of-vectors' } },
      { model_name: 'ocr', litellm_params: { model: 'mistral/mistral-ocr-latest', api_base: `${upstreamUrl}/v1`, api_key: 'key-of-ocr' } },
    ],
    litellm_settings: { num_retries: 0 },
    router_settings: { num_retries: 0, disable_cooldowns: true },
    ...more,
    general_settings: { master_key: MASTER_KEY, ...(more['general_settings'] as JsonObject | undefined) },
  };
}

/** What a gateway stands on, beside its configuration. */
interface Doors {
  /** Absent: it knows the master key alone. */
  readonly keys?: KeyLookup | undefined;
  /** Where keys and what belongs to them are managed. */
  readonly store?: Store;
  readonly cache?: ResponseCache | undefined;
  /** Shares limits. */
  readonly redis?: Redis;
  readonly spending?: Spending;
}

/** Starts a lane, or front, on a free port. */
export async function startGateway(name: GatewayName, config: JsonObject, doors: Doors = {}): Promise<Gateway> {
  const { listener, close } = name === 'front' ? startFront(config, doors) : await startLane(name, config, doors);
  const server = createServer({ noDelay: true }, (incoming, outgoing) => listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await close();
    },
  };
}

interface Served {
  readonly listener: NodeListener;
  readonly close: () => Promise<void>;
}

/** As `stagegate serve` wires it. */
function startFront(config: JsonObject, { keys, store, cache, redis, spending }: Doors): Served {
  const parts = {
    log: silentLog,
    ...(keys !== undefined && { keys }),
    ...(store !== undefined && { store }),
    cache,
    redis: redis === undefined ? undefined : { router: undefined, coordination: redis, cache: undefined },
    spending,
  };
  return wire(readConfig({ ...config, migration: MIGRATION }), { shell: 'front', stage: 2, data: '' }, parts);
}

async function startLane(lane: HttpLane, json: JsonObject, { keys, store, cache, redis, spending }: Doors): Promise<Served> {
  const upstream = createUpstream();
  const config = readConfig(json);
  const ports = { transforms: chooseTransform, upstream, clock: systemClock, ids: systemIds, log: silentLog };
  const counters = createMemoryCounters();
  const rates = redis === undefined ? undefined : createSharedRates({ redis, newId: () => systemIds.callId() });
  rates?.follow({ failsClosed: config.ratesFailClosed === true });
  const health = createHealthChecks({ ...ports, counters, redis: undefined });
  health.follow({ config, credentials: noCredentials });
  const tokens = openTokens({ config, keys, fetch, clock: systemClock });
  const made = await LANE_FACTORIES[lane]({
    config,
    management: createManagement(
      managedRoutes({
        config,
        store,
        cache,
        spending,
        sums: counters.sums,
        clock: systemClock,
        health,
        log: silentLog,
        traffic: new Admission(),
      }),
    ),
    cache,
    spending,
    transforms: chooseTransform,
    upstream,
    fetch,
    counters,
    credentials: noCredentials,
    media: createMedia({ settings: config.media, log: silentLog }),
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
    ...(rates !== undefined && { rates }),
    ...(keys !== undefined && { keys }),
    ...(tokens !== undefined && { tokens }),
  });
  const close = async (): Promise<void> => {
    health.close();
    await made.close();
    await upstream.close();
  };
  return { listener: (incoming, outgoing) => made.lane.listener(incoming, outgoing), close };
}
