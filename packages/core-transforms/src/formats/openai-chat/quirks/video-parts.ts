import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { ok } from '../../../contract/outcome.ts';
import { isObject } from '../../../json/is-object.ts';
import { toPythonJson } from '../../../json/python-json.ts';
import { objectsOf, withList, without } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

const VIDEO_URL = /\.(?:mp4|mpeg|mpg|mov|avi|flv|webm|wmv|3gpp?)(?:[?#]|$)/iu;

/** A file part that is a video, by its format, data URL or file name, becomes a `video_url` part. */
export const videoFilesAsUrls: RequestQuirkFunction = (body) =>
  ok(withList(body, 'messages', (message) => (message['role'] === 'user' ? withList(message, 'content', toVideoPart) : message)));

function toVideoPart(part: JsonObject): JsonObject {
  const file = part['file'];
  if (part['type'] !== 'file' || !isObject(file)) return part;
  const { format, file_data: data, file_id: id } = file;
  const video =
    (typeof format === 'string' && format.startsWith('video/')) ||
    (typeof data === 'string' ? data.startsWith('data:video/') : typeof id === 'string' && VIDEO_URL.test(id));
  const url = id ?? data;
  return video && typeof url === 'string' ? { type: 'video_url', video_url: { url } } : part;
}

/** Assistant content as a list: text is joined by line breaks, `tool_use` parts become tool calls; other parts keep the list. */
export const plainAssistantContent: RequestQuirkFunction = (body) =>
  ok(
    withList(body, 'messages', (message) => {
      const content = message['content'];
      if (message['role'] !== 'assistant') return message;
      const kept = typeof message['reasoning_content'] === 'string' ? message : without(message, ['reasoning_content']);
      if (!Array.isArray(content)) return kept;
      const blocks = content.filter((part: JsonValue) => !(isObject(part) && part['type'] === 'tool_use'));
      const texts = objectsOf(blocks).filter((part) => part['type'] === 'text');
      const text = texts.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('\n');
      const calls = [...objectsOf(kept['tool_calls']), ...newCalls(content, kept)];
      return { ...kept, content: texts.length < blocks.length ? blocks : text, ...(calls.length > 0 && { tool_calls: calls }) };
    }),
  );

function newCalls(content: JsonValue, message: JsonObject): readonly JsonObject[] {
  const known = new Set(objectsOf(message['tool_calls']).map((call) => call['id']));
  return objectsOf(content)
    .filter((part) => part['type'] === 'tool_use' && !known.has(part['id']))
    .map(({ id = null, name = null, input = {} }) => ({
      id,
      type: 'function',
      function: { name, arguments: typeof input === 'string' ? input : toPythonJson(input) },
    }));
}
