import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { ok } from '../../contract/outcome.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import type { AwsEvent } from '../../framing/aws-event-stream.ts';
import { isObject } from '../../json/is-object.ts';
import { parseEvent } from '../anthropic-messages/parse.ts';
import { isArray } from '../anthropic-messages/types.ts';
import { decodeEvents, toSseFrame } from '../bedrock-converse/decode.ts';
import { bedrockConverseFormat } from '../bedrock-converse/format.ts';
import { converseChunks } from '../bedrock-converse/stream.ts';
import { chunkText } from './decode.ts';
import { otherEndpoint } from './endpoint.ts';

/** Members of a Converse body that Nova's own API has. */
const MEMBERS: readonly string[] = ['messages', 'inferenceConfig', 'system', 'toolConfig'];

/**
 * Amazon's Nova through InvokeModel: Converse's body in another API.
 *
 * source: LiteLLM 1.106.2, amazon_nova_transformation.py, read 2026-11-27.
 */
export const bedrockNovaFormat: ProviderFormat = {
  ...bedrockConverseFormat,
  id: 'bedrock-nova',
  endpoint: otherEndpoint,
  request: (given, plan, ambient, clientHeaders) => {
    // The guardrail is set in headers.
    const { guardrailConfig: _guardrail, extra_body: extra, ...chat } = withoutToolPoints(given);
    const { guardrailConfig: _default, ...defaults } = withoutToolPoints(plan.settings.defaults);
    const made = bedrockConverseFormat.request(chat, { ...plan, settings: { ...plan.settings, defaults } }, ambient, clientHeaders);
    if (!made.ok) return made;
    const members = MEMBERS.flatMap((name): [string, JsonValue | undefined][] => {
      const value = made.value[name];
      return value === undefined ? [] : [[name, name === 'messages' || name === 'system' ? withInlinePoints(value, name) : value]];
    });
    return ok({ ...Object.fromEntries(members), ...(isObject(extra) && extra) }, made.notes);
  },
  stream: converseChunks,
  decode: (plan) => decodeEvents(plan, toConverseFrame),
};

/** Without marks on tools, which cannot be cached here. */
function withoutToolPoints(chat: JsonObject): JsonObject {
  const { cache_control_injection_points: points, ...rest } = chat;
  if (!isArray(points)) return chat;
  return { ...rest, cache_control_injection_points: points.filter((point) => !isObject(point) || point['location'] !== 'tool_config') };
}

function withInlinePoints(value: JsonValue, name: string): JsonValue {
  if (!isArray(value)) return value;
  if (name === 'system') return inlinePoints(value);
  return value.map((turn) => (isObject(turn) && isArray(turn['content']) ? { ...turn, content: inlinePoints(turn['content']) } : turn));
}

/** Turns cache points from blocks of their own, as in Converse, into a member of the text before them. */
function inlinePoints(blocks: JsonArray): JsonArray {
  const inlined: JsonValue[] = [];
  for (const block of blocks) {
    const point = isObject(block) && Object.keys(block).length === 1 ? block['cachePoint'] : undefined;
    const anchor = inlined.findLastIndex((before) => isObject(before) && before['text'] !== undefined);
    const text = inlined[anchor];
    if (point === undefined) inlined.push(block);
    else if (isObject(text)) inlined[anchor] = { ...text, cachePoint: point };
  }
  return inlined;
}

/** Unpacks an event of Nova's stream: its only member is one of Converse's events, by name. */
function toConverseFrame(event: AwsEvent): string {
  const text = chunkText(event);
  const [[name, inner] = ['', undefined]] = Object.entries<JsonValue | undefined>(parseEvent(text) ?? ({} satisfies JsonObject));
  return isObject(inner) ? toSseFrame(name, JSON.stringify(inner)) : toSseFrame('', text);
}
