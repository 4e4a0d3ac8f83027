import { isObject, type ClientCall, type DialectId, type JsonObject, type Plan, type RawObject } from '@stagegate/core-transforms';
import type { CachingSettings, Caller } from '../ports/index.ts';

/** The part of a call that its cache needs. */
export interface CacheCall {
  readonly dialect: DialectId;
  readonly body: RawObject;
  readonly stream: boolean;
  /** The group in keys: its name as the client or a fallback gave it, or the name that stands for all groups that share its answers. */
  readonly keyGroup: string;
  /** The `model` that an answer shows; undefined: the provider's own. */
  readonly answerModel: string | undefined;
  /** Members that the deployment adds to bodies. */
  readonly defaults: JsonObject;
  /** `cache: {…}` of the caller's key, else of the body. */
  readonly control: JsonObject;
}

/** Which controls a key's metadata may set. Source: LiteLLM 1.106.2, types/utils.py `SupportedCacheControls`. */
const KEY_CONTROLS = ['ttl', 's-maxage', 'no-cache', 'no-store'];

/** A planned call, for its cache. */
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
 * Controls in a key's metadata replace all those in the body.
 *
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py `add_key_level_controls`.
 */
function controlOf({ cache }: JsonObject, metadata: JsonObject = {}): JsonObject {
  if (!Object.hasOwn(metadata, 'cache')) return isObject(cache) ? cache : {};
  const { cache: ofKey } = metadata;
  return isObject(ofKey) ? Object.fromEntries(Object.entries(ofKey).filter(([name]) => KEY_CONTROLS.includes(name))) : {};
}
