import { MODELS } from '../upstream/payloads.ts';
import { onStand } from './on-stand.ts';
import { measureSides, type SidesFigures, type SidesOptions } from './sides.ts';

/** CPU of one call that has one deployment to go to, and of one that is routed. */
export type RoutingFigures = SidesFigures<'plain' | 'routed'>;

const DEPLOYMENTS = 8;

/** Measures what routing adds to a whole call: lane hono with one plain deployment, and with all that a router may be told. */
export async function measureRouting(
  options: SidesOptions,
): Promise<{ readonly figures: RoutingFigures; readonly flags: readonly string[] }> {
  return onStand(async (stand) =>
    measureSides(
      stand,
      { plain: { gateway: await stand.start('hono') }, routed: { gateway: await stand.start('hono', { more: routedBy(stand.mockUrl) }) } },
      options,
    ),
  );
}

function routedBy(upstreamUrl: string): object {
  const row = (group: string, at: number): object => ({
    model_name: group,
    litellm_params: { model: 'openai/gpt-4o', api_base: `${upstreamUrl}/v1`, api_key: `sk-${at}`, tpm: 1e9, rpm: 1e7 },
  });
  const group = Array.from({ length: DEPLOYMENTS }, (_, at) => row(MODELS.same, at));
  return {
    model_list: [...group, row('elsewhere', DEPLOYMENTS)],
    router_settings: {
      routing_strategy: 'latency-based-routing',
      enable_pre_call_checks: true,
      num_retries: 2,
      allowed_fails: 3,
      cooldown_time: 30,
      fallbacks: [{ [MODELS.same]: ['elsewhere'] }],
    },
  };
}
