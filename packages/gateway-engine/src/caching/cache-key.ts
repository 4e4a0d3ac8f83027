import { createHash } from 'node:crypto';
import { isObject, isGatewayMember, pythonStr, type JsonObject, type RawObject } from '@stagegate/core-transforms';
import { API_PARAMS } from './api-params.data.ts';
import type { CacheCall } from './cache-call.ts';

/**
 * Everything that makes two calls different, as one text: the group (or what stands for the groups that share answers), then every
 * parameter of the model's API with its value as Python prints it. Parameters come in the order in which the reference passes them on: the
 * deployment's, then messages or input, then the client's.
 *
 * in:     for embeddings the JSON text of one input: each has a key of its own, as if it had been sent alone.
 * source: LiteLLM 1.106.2, caching/caching.py `get_cache_key`, router.py `_acompletion`; recorded/cache-keys.json.
 */
export function cacheMaterial({ dialect, body, stream, keyGroup, defaults }: CacheCall, providerParams: boolean, input?: string): string {
  const params = new Map<string, string>();
  for (const [name, value] of Object.entries(defaults)) params.set(name, JSON.stringify(value));
  if (input !== undefined) params.set('input', input);
  const isChat = dialect === 'openai-chat';
  // A member that is there twice counts with its last value, at the place of the first.
  const given = new Map(body.members.map(({ name, valueStart, valueEnd }) => [name, body.text.slice(valueStart, valueEnd)]));
  const messages = given.get('messages');
  if (isChat && messages !== undefined) params.set('messages', messages);
  for (const [name, text] of given) {
    if (name === 'model' || (isChat && name === 'stream') || (input !== undefined && name === 'input')) continue;
    if (text === 'null') params.delete(name);
    else params.set(name, text);
  }
  if (isChat) {
    if (stream) params.set('stream_options', JSON.stringify({ ...optionsOf(body), include_usage: true }));
    params.set('stream', String(stream));
  }
  let material = `model: ${keyGroup}`;
  for (const [name, text] of params) {
    if (API_PARAMS.has(name) || (providerParams && !isGatewayMember(name))) material += `${name}: ${pythonStr(text)}`;
  }
  return material;
}

/**
 * The key of a call's answer, without a namespace. For whole answers it is the reference's own, so that each reads what the other has
 * stored. A stream is stored as its events, which the reference could not read, under a key of ours.
 */
export function cacheKey(call: CacheCall, providerParams: boolean, input?: string): string {
  const material = cacheMaterial(call, providerParams, input);
  const own = call.stream ? `events: ${call.dialect}` : '';
  return createHash('sha256')
    .update(material + own)
    .digest('hex');
}

function optionsOf({ value }: RawObject): JsonObject {
  const { stream_options: options } = value;
  return isObject(options) ? options : {};
}
