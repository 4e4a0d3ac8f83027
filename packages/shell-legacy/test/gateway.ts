import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chooseTransform, type ChooseTransform } from '@stagegate/core-transforms';
import { formatIssue, parseConfig, type LoadedConfig } from '@stagegate/gateway-engine/config';
import { createCallQueue, createMemoryCounters, createMemoryRates } from '@stagegate/gateway-engine/counters';
import { noCredentials, silentLog, systemClock, systemIds } from '@stagegate/gateway-engine/ports';
import type { StageOneOptions } from '../src/stage1/parts.ts';

export const MASTER_KEY = 'sk-master-of-tests';

/** Two models, one of each format, in front of one provider. */
export function configFor(upstreamUrl: string): LoadedConfig {
  const outcome = parseConfig(
    {
      model_list: [
        { model_name: 'chat', litellm_params: { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, api_key: 'key-of-chat' } },
        {
          model_name: 'messages',
          litellm_params: { model: 'anthropic/claude-sonnet-4-5', api_base: upstreamUrl, api_key: 'key-of-messages' },
        },
      ],
      general_settings: { master_key: MASTER_KEY, max_request_size_mb: 1 },
      // One attempt, so that a test sees the error it asked for.
      router_settings: { num_retries: 0, disable_cooldowns: true },
    },
    { env: {} },
  );
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  return outcome.config;
}

/** What stage 1 is made of, with real effects. */
export function partsFor(upstreamUrl: string, transforms: ChooseTransform = chooseTransform): StageOneOptions {
  return {
    config: configFor(upstreamUrl),
    transforms,
    fetch,
    credentials: noCredentials,
    counters: createMemoryCounters(),
    rates: createMemoryRates(),
    queue: createCallQueue(() => systemClock.monotonicMs()),
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
  };
}

/** A server on a free port; `close` cuts its connections. */
export async function listen(
  listener: RequestListener,
): Promise<{ readonly url: string; readonly port: number; readonly close: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, port, close };
}

/** A chat call with the right key. */
export function chatCall(url: string, more: Record<string, unknown> = {}, init: RequestInit = {}): Request {
  const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...more });
  const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
  return new Request(`${url}/v1/chat/completions`, { method: 'POST', headers, body, ...init });
}
