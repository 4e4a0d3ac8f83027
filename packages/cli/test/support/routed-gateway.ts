import type { JsonObject } from '@stagegate/core-transforms';
import type { ResponseCache } from '@stagegate/gateway-engine/ports';
import type { HttpLane } from '@stagegate/parity/lanes';
import { onTestFinished } from 'vitest';
import { MASTER_KEY, startGateway } from './gateway.ts';

/**
 * Starts a lane whose router neither asks again nor cools down unless it is told to; it ends with the test.
 *
 * in:  rows of `model_list`; what is laid over `router_settings`; `litellm_settings`; the cache that those may name.
 * out: sends a body with the master key, on chat unless another path is said.
 */
export async function startRouted(
  lane: HttpLane,
  rows: readonly JsonObject[],
  router: JsonObject,
  litellm: JsonObject = {},
  cache?: ResponseCache,
): Promise<(body: JsonObject, path?: string) => Promise<Response>> {
  const config = {
    model_list: rows,
    general_settings: { master_key: MASTER_KEY },
    litellm_settings: litellm,
    router_settings: { num_retries: 0, disable_cooldowns: true, ...router },
  };
  const gateway = await startGateway(lane, config, { cache });
  onTestFinished(() => gateway.close());
  return (body, path = '/v1/chat/completions') =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
}
