import { isObject, type ClientCall, type DialectId, type JsonObject, type Plan, type RawObject } from '@stagegate/core-transforms';
import type { CachingSettings, Caller } from '../ports/index.ts';

/** A call as its cache knows it. */
export interface CacheCall {
  readonly dialect: DialectId;
  readonly body: RawObject;
  readonly stream: boolean;
  /** What stands in keys for the group that is asked: its name, as the client or a fallback says it, or all groups that share its answers. */
  readonly keyGroup: string;
  /** What `model` an answer shows; undefined: the provider's own. */
  readonly answerModel: string | undefined;
  /** Members that the deployment adds to bodies. */
  readonly defaults: JsonObject;
  /** `cache: {…}`, of the caller's key or of the body. */
  readonly control: JsonObject;
}

/** What the metadata of a key may say. Source: LiteLLM 1.106.2, types/utils.py `SupportedCacheControls`. */
const KEY_CONTROLS = ['ttl', 's-maxage', 'no-cache', 'no-store'];

/** A planned call for its cache. */
export function toCacheCall(
  { groups }: CachingSettings,
  { body }: ClientCall,
  { dialect, stream, answerModel, settings }: Pick<Plan, 'dialect' | 'stream' | 'answerModel' | 'settings'>,
  modelGroup: string,
  caller: Pick<Caller, 'metadata'> | undefined,
): CacheCall {
  const keyGroup = groups.get(modelGroup) ?? modelGroup;
  return { dialect, body, stream, keyGroup, answerModel, defaults: settings.defaults, control: controlOf(body.value, caller?.metadata) };
}

/**
 * What a call's key says of the cache stands in place of all that its body says.
 *
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py `add_key_level_controls`.
 */
function controlOf({ cache }: JsonObject, metadata: JsonObject = {}): JsonObject {
  if (!Object.hasOwn(metadata, 'cache')) return isObject(cache) ? cache : {};
  const { cache: ofKey } = metadata;
  return isObject(ofKey) ? Object.fromEntries(Object.entries(ofKey).filter(([name]) => KEY_CONTROLS.includes(name))) : {};
}
