import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chooseTransform, type ChooseTransform } from '@stagegate/core-transforms';
import { formatIssue, parseConfig } from '@stagegate/gateway-engine/config';
import { createEngine, type Engine } from '@stagegate/gateway-engine/pipeline';
import { noCredentials, silentLog, systemClock, systemIds, type FromFront, type Lane } from '@stagegate/gateway-engine/ports';
import { createUpstream } from '@stagegate/gateway-engine/upstream';
import { createHonoShell } from '../src/index.ts';

export const MASTER_KEY = 'sk-master-of-tests';

/** A shell on a free port, with one chat model and one Anthropic model behind it. */
export interface StartedShell {
  readonly url: string;
  readonly port: number;
  readonly lane: Lane;
  readonly engine: Engine;
  readonly close: () => Promise<void>;
}

/** `front` stands in for what front would hand over with each call. */
export async function startShell(
  upstreamUrl: string,
  more: { readonly transforms?: ChooseTransform; readonly front?: () => FromFront } = {},
): Promise<StartedShell> {
  const outcome = parseConfig(
    {
      model_list: [
        { model_name: 'chat', litellm_params: { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, api_key: 'k1' } },
        { model_name: 'messages', litellm_params: { model: 'anthropic/claude-sonnet-4-5', api_base: upstreamUrl, api_key: 'k2' } },
      ],
      general_settings: { master_key: MASTER_KEY, max_request_size_mb: 1 },
      // One attempt, so that a test sees the error it asked for.
      router_settings: { num_retries: 0, disable_cooldowns: true },
    },
    { env: {} },
  );
  if (!outcome.ok) throw new Error(outcome.issues.map(formatIssue).join('\n'));
  const engine = createEngine({
    config: outcome.config,
    transforms: more.transforms ?? chooseTransform,
    upstream: createUpstream(),
    credentials: noCredentials,
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
  });
  const lane = createHonoShell(engine);
  const server = createServer((incoming, outgoing) => lane.listener(incoming, outgoing, more.front?.()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await engine.close();
  };
  return { url: `http://127.0.0.1:${port}`, port, lane, engine, close };
}

/** A chat call with the right key. */
export function chatCall(url: string, more: Readonly<Record<string, unknown>> = {}, init: RequestInit = {}): Request {
  const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'hello' }], ...more });
  const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
  return new Request(`${url}/v1/chat/completions`, { method: 'POST', headers, body, ...init });
}
