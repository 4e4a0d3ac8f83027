import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';

/** Types of parts with the same name in chat; any other type with a text becomes text. */
const CHAT_PARTS: ReadonlySet<string> = new Set(
  'text image_url input_audio audio_url document guarded_text video_url file thinking redacted_thinking'.split(' '),
);

/**
 * The content of an input message → a chat message's.
 *
 * in:  text, or parts. `cache_control` stays on a part.
 * out: text, or parts; an empty part is left out.
 */
export function toChatContent(content: JsonValue): JsonValue {
  if (!Array.isArray(content)) return content;
  const parts: readonly JsonValue[] = content;
  return parts.flatMap((part): readonly JsonValue[] => (isObject(part) ? toChatPart(part) : [part]));
}

function toChatPart(part: JsonObject): readonly JsonObject[] {
  const mark = part['cache_control'] === undefined ? {} : { cache_control: part['cache_control'] };
  switch (part['type']) {
    case 'input_file':
      return [{ type: 'file', file: toFile(part), ...mark }];
    case 'input_image':
      return [{ type: 'image_url', image_url: { url: part['image_url'] ?? '', detail: part['detail'] ?? 'auto' }, ...mark }];
    case 'encrypted_content': {
      const encrypted = part['encrypted_content'] ?? null;
      return encrypted === null ? [] : [{ type: 'text', text: String(encrypted) }];
    }
    default: {
      const text = part['text'] ?? null;
      return text === null ? [] : [{ type: chatPartType(part['type']), text, ...mark }];
    }
  }
}

function toFile({ file_id: id, file_url: url, file_data: data, filename }: JsonObject): JsonObject {
  const named = isSaid(id) ? id : url;
  return {
    ...(isSaid(named) && { file_id: named }),
    ...(isSaid(data) && { file_data: data }),
    ...(isSaid(filename) && { filename }),
  };
}

function chatPartType(type: JsonValue | undefined): string {
  if (typeof type !== 'string') return 'text';
  const name = type.startsWith('input_') && type !== 'input_audio' ? type.slice('input_'.length) : type;
  return CHAT_PARTS.has(name) ? name : 'text';
}

/**
 * A tool's output → the content of a chat message.
 *
 * out: text; parts only if there are images among them; JSON text for anything else.
 */
export function toToolContent(output: JsonValue | undefined): JsonValue {
  if (output === undefined || output === null) return '';
  if (typeof output === 'string') return output;
  const parts = Array.isArray(output) ? output.filter(isObject).flatMap(toToolPart) : [];
  if (parts.some((part) => part['type'] === 'image_url')) return parts;
  return parts.length > 0 ? parts.map((part) => String(part['text'])).join('') : toPythonJson(output);
}

function toToolPart(part: JsonObject): readonly JsonObject[] {
  const { type, text } = part;
  if (type === 'input_text' || type === 'output_text' || type === 'text') {
    return typeof text === 'string' && text !== '' ? [{ type: 'text', text }] : [];
  }
  if (type !== 'input_image' && type !== 'image_url') return [];
  const image = part['image_url'] ?? part['url'];
  const url = isObject(image) ? image['url'] : image;
  return typeof url === 'string' && url !== '' ? [{ type: 'image_url', image_url: { url } }] : [];
}

function isSaid(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== '';
}
