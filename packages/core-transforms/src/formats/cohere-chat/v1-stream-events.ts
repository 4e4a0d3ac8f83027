import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid, objectsIn } from '../openai-chat/types.ts';
import { toUsage } from './parse.ts';
import { toDelta, toEnd } from './stream-events.ts';
import { toFirstVersionCalls } from './v1-response.ts';

/**
 * One event of the first version's stream → a chat completion chunk.
 *
 * out: text, calls, citations and the end. The text beside calls has been streamed before, so it is left out.
 */
export function toFirstVersionChunk(event: JsonObject): JsonObject {
  const { event_type: type, text, citations, finish_reason: reason, response, tool_calls: calls } = event;
  switch (type) {
    case 'text-generation':
      return typeof text === 'string' && text !== '' ? toDelta({ content: text }) : {};
    case 'tool-calls-generation': {
      const made = toFirstVersionCalls(objectsIn(calls));
      return made.length > 0 ? toDelta({ tool_calls: made.map((call, index) => ({ ...call, index })) }) : {};
    }
    case 'citation-generation':
      return toDelta({ provider_specific_fields: { citations: citations ?? [] } });
    case 'stream-end': {
      const { meta, tool_calls: called } = isObject(response) ? response : {};
      const ended = reason === 'COMPLETE' && objectsIn(called).length > 0 ? 'TOOL_CALL' : reason;
      return toEnd(ended, toUsage(isObject(meta) ? meta['billed_units'] : undefined), event['error']);
    }
    default:
      return isSaid(event['message']) ? { error: { message: event['message'] } } : {};
  }
}
