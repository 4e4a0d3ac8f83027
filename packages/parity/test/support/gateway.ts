import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chooseTransform, type JsonObject } from '@stagegate/core-transforms';
import { noCredentials, silentLog, systemClock, systemIds } from '@stagegate/gateway-engine/ports';
import { createUpstream } from '@stagegate/gateway-engine/upstream';
import { LANE_FACTORIES, readConfig } from '../../src/vectors/lane-factory.ts';

/** Every lane of ours that answers HTTP. */
export const HTTP_LANES = ['hono', 'legacy-thin', 'legacy-io'] as const;

export type HttpLane = (typeof HTTP_LANES)[number];

export const MASTER_KEY = 'sk-master-of-tests';

/** A lane on a real socket, calling real sockets. */
export interface Gateway {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** One model of each format, and the same with little patience, in front of one upstream. `more` is merged into the configuration. */
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
      { model_name: 'ocr', litellm_params: { model: 'mistral/mistral-ocr-latest', api_base: `${upstreamUrl}/v1`, api_key: 'key-of-ocr' } },
    ],
    litellm_settings: { num_retries: 0 },
    router_settings: { num_retries: 0, disable_cooldowns: true },
    ...more,
    general_settings: { master_key: MASTER_KEY, ...(more['general_settings'] as JsonObject | undefined) },
  };
}

/** Starts one lane on a free port. */
export async function startGateway(lane: HttpLane, config: JsonObject): Promise<Gateway> {
  const upstream = createUpstream();
  const made = await LANE_FACTORIES[lane]({
    config: readConfig(config),
    transforms: chooseTransform,
    upstream,
    fetch,
    credentials: noCredentials,
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
  });
  const server = createServer({ noDelay: true }, (incoming, outgoing) => made.lane.listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await made.close();
      await upstream.close();
    },
  };
}
