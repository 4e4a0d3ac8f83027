import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';

/** Types of parts that are already in the shape of the responses API. */
const OWN_PARTS: ReadonlySet<JsonValue | undefined> = new Set([
  'input_text',
  'input_image',
  'output_text',
  'refusal',
  'input_file',
  'computer_screenshot',
  'summary_text',
]);

/**
 * The content of a chat message → parts of an input item.
 *
 * in: text or parts, and the message's role: the assistant's text is output, all other text is input.
 */
export function toContentParts(content: JsonValue, role: string): readonly JsonObject[] {
  if (!Array.isArray(content)) return [toText(typeof content === 'string' ? content : toPythonJson(content), role)];
  const parts: readonly JsonValue[] = content;
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [toText(part, role)];
    return isObject(part) ? toPart(part, role) : [];
  });
}

function toText(text: JsonValue, role: string): JsonObject {
  return { type: role === 'assistant' ? 'output_text' : 'input_text', text };
}

function toPart(part: JsonObject, role: string): readonly JsonObject[] {
  const mark = (part['prompt_cache_breakpoint'] ?? null) === null ? {} : { prompt_cache_breakpoint: part['prompt_cache_breakpoint'] };
  switch (part['type']) {
    case 'text':
      return [{ ...toText(part['text'] ?? '', role), ...mark }];
    case 'image_url':
      return [{ ...toImage(part['image_url']), ...mark }];
    case 'input_audio':
      return [{ type: 'input_audio', input_audio: part['input_audio'] ?? null, ...mark }];
    case 'file':
      return [{ ...toFile(part['file']), ...mark }];
    case 'image':
      return [{ ...part, type: 'input_image' }];
    case 'tool_reference':
      return [];
    default:
      return OWN_PARTS.has(part['type']) ? [part] : [{ ...toText(part['text'] ?? toPythonJson(part), role), ...mark }];
  }
}

function toImage(image: JsonValue | undefined): JsonObject {
  const url = isObject(image) ? image['url'] : image;
  const detail = isObject(image) ? image['detail'] : undefined;
  return { image_url: url ?? null, detail: typeof detail === 'string' && detail !== '' ? detail : 'auto', type: 'input_image' };
}

function toFile(file: JsonValue | undefined): JsonObject {
  const given = isObject(file) ? file : {};
  const members = ['file_id', 'file_data', 'filename'].flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  return { type: 'input_file', ...Object.fromEntries(members) };
}
