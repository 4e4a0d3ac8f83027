import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray, isBlock, readString, type Block } from './types.ts';

/** A block's `cache_control`, if the model supports it. */
export function cacheMark(block: JsonObject, takesCache: boolean): JsonObject {
  const mark = block['cache_control'];
  return takesCache && mark !== undefined && mark !== null ? { cache_control: mark } : {};
}

/** Text blocks of a system prompt, or of a system message, as chat parts. */
export function toTextParts(blocks: readonly Block[], takesCache: boolean): readonly JsonObject[] {
  return blocks.flatMap((block) => (block.type === 'text' ? [toTextPart(block, takesCache)] : []));
}

/** A user's block as a chat part; undefined for a kind that chat does not have. Documents become image URLs. */
export function toUserPart(block: Block, takesCache: boolean): JsonObject | undefined {
  if (block.type === 'text') return toTextPart(block, takesCache);
  if (block.type !== 'image' && block.type !== 'document') return undefined;
  const url = toUrl(block['source']);
  if (url === undefined || url === '') return undefined;
  const breakpoint = block.type === 'image' ? breakpointOf(block) : {};
  return { type: 'image_url', image_url: { url }, ...cacheMark(block, takesCache), ...breakpoint };
}

/** A tool's result: a single text as a string, anything else as parts. */
export function toToolResultContent(content: JsonValue | undefined): JsonValue {
  if (typeof content === 'string') return content;
  const parts = (isArray(content) ? content : []).flatMap(toToolResultPart);
  const [first] = parts;
  if (first === undefined) return '';
  return parts.length === 1 && first['type'] === 'text' ? (first['text'] ?? '') : parts;
}

function toToolResultPart(item: JsonValue): readonly JsonObject[] {
  if (typeof item === 'string') return [{ type: 'text', text: item }];
  if (!isBlock(item)) return [];
  switch (item.type) {
    case 'text':
      return [{ type: 'text', text: readString(item, 'text') ?? '' }];
    case 'image':
    case 'document': {
      const url = toUrl(item['source']);
      return url === undefined || url === '' ? [] : [{ type: 'image_url', image_url: { url } }];
    }
    case 'tool_reference':
      return [{ type: 'tool_reference', tool_name: readString(item, 'tool_name') ?? '' }];
    default:
      return [];
  }
}

function toTextPart(block: Block, takesCache: boolean): JsonObject {
  return { type: 'text', text: block['text'] ?? '', ...cacheMark(block, takesCache), ...breakpointOf(block) };
}

function breakpointOf(block: Block): JsonObject {
  const mark = block['prompt_cache_breakpoint'];
  return mark === undefined || mark === null ? {} : { prompt_cache_breakpoint: mark };
}

function toUrl(source: JsonValue | undefined): string | undefined {
  if (!isObject(source)) return undefined;
  if (source['type'] === 'url') return readString(source, 'url');
  const data = readString(source, 'data');
  if (source['type'] !== 'base64' || data === undefined || data === '') return undefined;
  return `data:${readString(source, 'media_type') ?? 'image/jpeg'};base64,${data}`;
}
