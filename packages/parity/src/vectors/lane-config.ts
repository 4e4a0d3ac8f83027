import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@stagegate/core-transforms';
import type { Deployment, LoadedVector, Vector } from '@stagegate/testbed';
import { MASTER_KEY } from './client-request.ts';

/** Gives the configuration for each case. */
export type ConfigOf = (vector: Vector) => JsonObject;

/**
 * The recording's configuration, made from its list of deployments, or else from those that the cases name. A case whose deployment differs from
 * the one of that name in the list gets a configuration of its own; the same deployment always gets the same object.
 */
export function createConfigOf(vectors: readonly LoadedVector[], deployments: readonly Deployment[] | undefined): ConfigOf {
  const shared = deployments ?? collectDeployments(vectors);
  const base = toConfig(shared);
  const byName = Map.groupBy(shared, (deployment) => deployment.model_name);
  const own = new Map<string, JsonObject>();
  return ({ model, litellm_params: params }) => {
    if (model === null || params === null) return base;
    if (byName.get(model)?.some((deployment) => isDeepStrictEqual(deployment.litellm_params, params)) === true) return base;
    const key = JSON.stringify([model, params]);
    const config =
      own.get(key) ?? toConfig([...shared.filter(({ model_name: name }) => name !== model), { model_name: model, litellm_params: params }]);
    own.set(key, config);
    return config;
  };
}

function collectDeployments(vectors: readonly LoadedVector[]): readonly Deployment[] {
  const found = new Map<string, Deployment>();
  for (const { vector } of vectors) {
    const { model, litellm_params: params } = vector;
    if (model !== null && params !== null && !found.has(model)) found.set(model, { model_name: model, litellm_params: params });
  }
  return [...found.values()];
}

/** The settings of the recording proxy. */
function toConfig(deployments: readonly Deployment[]): JsonObject {
  return {
    model_list: deployments,
    general_settings: { master_key: MASTER_KEY },
    litellm_settings: { drop_params: false, num_retries: 0 },
    router_settings: { num_retries: 0, disable_cooldowns: true },
  };
}
