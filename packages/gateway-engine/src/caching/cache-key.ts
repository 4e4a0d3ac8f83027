import { createHash } from 'node:crypto';
import { isObject, isGatewayMember, pythonStr, type JsonObject, type RawObject } from '@stagegate/core-transforms';
import { API_PARAMS } from './api-params.data.ts';
import type { CacheCall } from './cache-call.ts';

/**
 * What tells two calls apart, as one text: the group, or those that share its answers, then every parameter of a model's API with its value as Python prints it, in the order
 * in which the reference hands them on: the deployment's, on chat the messages, of embeddings the input, the client's.
 *
 * in:     of embeddings the JSON text of one input: each has a key of its own, as if it had been asked for alone.
 * source: LiteLLM 1.106.2, caching/caching.py `get_cache_key`, router.py `_acompletion`; recorded/cache-keys.json.
 */
export function cacheMaterial({ dialect, body, stream, keyGroup, defaults }: CacheCall, providerParams: boolean, input?: string): string {
  const params = new Map<string, string>();
  for (const [name, value] of Object.entries(defaults)) params.set(name, JSON.stringify(value));
  if (input !== undefined) params.set('input', input);
  const isChat = dialect === 'openai-chat';
  // Of a name that stands twice the last counts, where the first stood.
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
 * The key of a call's answer, without a namespace: the reference's own for whole answers, so that both read what the other has kept. A
 * stream is kept as its events, which the reference could not read: its key is another.
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
