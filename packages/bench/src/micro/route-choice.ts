import { NO_SETTINGS, findProvider, type JsonObject } from '@stagegate/core-transforms';
import { createMemoryCounters } from '@stagegate/gateway-engine/counters';
import type { Deployment, RoutingStrategy } from '@stagegate/gateway-engine/ports';
import { createRouter, NO_ROUTING } from '@stagegate/gateway-engine/routing';

const NOW_MS = 1_000_000;

/**
 * All that routing adds to a call whose first attempt is answered: counted, a deployment chosen among so many, begun, answered.
 *
 * in: how many deployments the group has; how many of them cool down, the first ones.
 */
export function makeRouteChoice(count: number, strategy: RoutingStrategy, cooling: number, body: JsonObject): () => Deployment {
  const deployments = Array.from({ length: count }, (_, at) => toDeployment(at));
  const counters = createMemoryCounters();
  for (const { id } of deployments.slice(0, cooling)) counters.coolDown(id, 1e6, NOW_MS);
  let turn = 0;
  // Even steps through [0, 1): as good as dice, and the same in every run.
  const random = (): number => (turn = (turn + 0.618_033_988_75) % 1);
  const router = createRouter({ router: { ...NO_ROUTING, cooldownsOff: false, strategy } }, counters, random);
  return () => {
    const request = {
      target: { group: 'group' },
      deployments,
      body,
      headers: NO_HEADERS,
      stream: false,
      refusedBy: NOBODY,
      callerKey: undefined,
    };
    router.countRequest(NOW_MS);
    const picked = router.pick(request, NOW_MS);
    if (!picked.ok) throw new Error('nobody was chosen');
    router.began(request, picked.value, NOW_MS);
    router.answered(request, picked.value, NOW_MS);
    router.ended(request, picked.value, undefined, NOW_MS);
    return picked.value;
  };
}

const NO_HEADERS = { header: (): undefined => undefined };
const NOBODY: readonly string[] = [];

function toDeployment(at: number): Deployment {
  const provider = findProvider('openai');
  if (provider === undefined) throw new Error('no row for openai');
  return {
    id: `deployment-${at}`,
    modelGroup: 'group',
    underlyingModel: 'openai/gpt-4o',
    provider,
    model: 'gpt-4o',
    apiBase: undefined,
    apiKey: undefined,
    settings: NO_SETTINGS,
    facts: undefined,
    weight: 1 + (at % 3),
    rpm: undefined,
    tpm: undefined,
    timeoutSeconds: undefined,
    streamTimeoutSeconds: undefined,
  };
}
