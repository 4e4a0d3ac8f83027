import type { JsonObject } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import { CREDENTIAL } from '../replay/sent-request.ts';

/** The master key of LiteLLM in a replay. */
export const REPLAY_KEY = 'sk-of-a-replay-on-this-machine';

/** Formats whose default base URL means the same as LiteLLM's `api_base`. */
const PLAIN_BASES: ReadonlySet<string> = new Set(['openai-chat', 'anthropic-messages']);

/**
 * LiteLLM's configuration for a replay: the same deployments, all with one host and with stand-in keys. There are no retries and no cooldowns,
 * because one attempt is played. Callbacks, caches and databases are left out.
 */
export function toLitellmConfig({ deployments }: LoadedConfig, providerUrl: string): JsonObject {
  const served = deployments.filter((deployment) => whyUnseen(deployment) === undefined);
  return {
    model_list: served.map((deployment) => toRow(deployment, providerUrl)),
    litellm_settings: {
      num_retries: 0,
      request_timeout: 60,
      modify_params: served.some(({ settings }) => settings.modifyParams),
    },
    router_settings: { num_retries: 0, disable_cooldowns: true },
    general_settings: { master_key: REPLAY_KEY },
  };
}

/** Why LiteLLM cannot send a deployment's calls to the recorded provider; undefined where it can. */
export function whyUnseen({ provider, apiBase }: Deployment): string | undefined {
  if (provider.auth.kind !== 'header' && provider.auth.kind !== 'none') return `calls of ${provider.id} are not sent with a plain key`;
  if (apiBase === undefined && !PLAIN_BASES.has(provider.format)) return `${provider.id} has no api_base to be set`;
  return undefined;
}

function toRow({ id, modelGroup, underlyingModel, provider, apiBase, settings }: Deployment, providerUrl: string): JsonObject {
  const { options, defaults, dropParams, additionalDropParams, allowedOpenaiParams, extraHeaders } = settings;
  const base = new URL(apiBase ?? provider.baseUrl ?? providerUrl);
  return {
    model_name: modelGroup,
    litellm_params: {
      ...options,
      ...defaults,
      model: underlyingModel,
      api_base: providerUrl + base.pathname.replace(/\/+$/u, ''),
      api_key: CREDENTIAL,
      drop_params: dropParams,
      ...(additionalDropParams.length > 0 && { additional_drop_params: additionalDropParams }),
      ...(allowedOpenaiParams.length > 0 && { allowed_openai_params: allowedOpenaiParams }),
      ...(Object.keys(extraHeaders).length > 0 && { extra_headers: extraHeaders }),
    },
    model_info: { id },
  };
}
