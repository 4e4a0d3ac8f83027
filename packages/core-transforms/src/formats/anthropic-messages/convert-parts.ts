import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { needsMedia } from '../../media/needs-media.ts';
import { badRequest } from './errors.ts';
import { cleanToolId, functionId } from './tool-names.ts';
import { blocksOf, isArray, readString, type Block } from './types.ts';

const DOCUMENT_TYPES: ReadonlySet<string> = new Set(['application/pdf', 'text/plain']);
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/**
 * One part of a user message as a block; undefined for kinds that the provider does not have, which the reference drops.
 *
 * errors: `bad-request` for a part that lacks what its type needs; `declined` for media at an address that has to be fetched first.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `anthropic_messages_pt`, read 2026-11-23.
 */
export function toUserBlock(part: Block, path: string): Outcome<Block | undefined> {
  switch (part.type) {
    case 'text':
      return typeof part['text'] === 'string'
        ? ok(withCache({ type: 'text', text: part['text'] }, part))
        : badRequest(path, 'a text part needs a text');
    case 'image_url':
      return cached(toImage(part['image_url'], path), part);
    case 'document':
      return ok(part);
    case 'file':
      return cached(toFile(part['file'], path), part);
    default:
      return ok(undefined);
  }
}

/**
 * A message with a tool's result → a `tool_result` block.
 *
 * in:     role `tool` or `function`; `callId` is the gateway's id of this call, for results of old-style function calls, which name no
 *         call.
 * errors: `bad-request` if it names no call or has no content; those of toUserBlock.
 */
export function toToolResult(message: JsonObject, path: string, callId: string): Outcome<Block> {
  const { content } = message;
  const id = readString(message, 'tool_call_id') ?? (message['role'] === 'function' ? functionId(callId) : undefined);
  if (id === undefined) return badRequest(path, 'a tool message needs a tool_call_id');
  if (content === undefined || content === null) return badRequest(path, 'a tool message needs content');
  const converted = isArray(content) ? toResultParts(blocksOf(content), path) : ok(typeof content === 'string' ? content : '');
  if (!converted.ok) return converted;
  const cache = message['cache_control'];
  return ok({
    type: 'tool_result',
    tool_use_id: cleanToolId(id),
    content: converted.value,
    ...(cache !== undefined && cache !== null && { cache_control: cache }),
  });
}

/** A block with the cache mark of the part that it was made from. */
export function withCache(block: Block, from: JsonObject): Block {
  const cache = from['cache_control'];
  return isObject(cache) ? { ...block, cache_control: cache } : block;
}

function toResultParts(parts: readonly Block[], path: string): Outcome<readonly Block[]> {
  const blocks: Block[] = [];
  for (const [index, part] of parts.entries()) {
    const converted = toResultPart(part, `${path}.content[${index}]`);
    if (!converted.ok) return converted;
    if (converted.value !== undefined) blocks.push(converted.value);
  }
  return ok(blocks);
}

function toResultPart(part: Block, path: string): Outcome<Block | undefined> {
  if (part.type === 'tool_reference') return ok({ type: 'tool_reference', tool_name: part['tool_name'] ?? null });
  if (part.type === 'document') return ok(undefined);
  const url = part.type === 'image_url' ? urlOf(part['image_url']) : undefined;
  // A PDF sent as an image would be refused; in results the provider accepts documents.
  const mediaType = url === undefined ? undefined : /^data:([^;,]+)/u.exec(url)?.[1];
  if (mediaType !== undefined && DOCUMENT_TYPES.has(mediaType)) return cached(toFile({ file_data: url ?? '' }, path), part);
  return toUserBlock(part, path);
}

function toImage(given: JsonValue | undefined, path: string): Outcome<Block> {
  const url = urlOf(given);
  if (url === undefined) return badRequest(path, 'an image part needs an image_url');
  if (url.startsWith('https://')) return ok({ type: 'image', source: { type: 'url', url } });
  const source = toSource(url, isObject(given) ? readString(given, 'format') : undefined, path);
  return source.ok ? ok({ type: 'image', source: source.value }) : source;
}

function toFile(file: JsonValue | undefined, path: string): Outcome<Block> {
  if (!isObject(file)) return badRequest(path, "Content block has type='file' but is missing the required 'file' field");
  const data = readString(file, 'file_data');
  const id = readString(file, 'file_id');
  const format = readString(file, 'format');
  if (data !== undefined && data !== '') {
    const source = toSource(data, format, path);
    return source.ok ? ok({ type: 'document', source: source.value }) : source;
  }
  if (id === undefined || id === '') return badRequest(path, 'Either file_data or file_id must be present in the file message');
  if (format !== undefined && DOCUMENT_TYPES.has(format)) return ok({ type: 'document', source: { type: 'file', file_id: id } });
  if (format !== undefined && IMAGE_TYPES.has(format)) return ok({ type: 'image', source: { type: 'file', file_id: id } });
  if (format === undefined && id.startsWith('http')) return ok({ type: 'document', source: { type: 'url', url: id } });
  return ok({ type: 'container_upload', file_id: id });
}

/** `data:<type>;base64,<data>` → a base64 source. `format`, when given, is the type. */
function toSource(url: string, format: string | undefined, path: string): Outcome<JsonObject> {
  if (url.startsWith('http')) return needsMedia(path, [url]);
  const [, mediaType, data] = /^data:(.*?);base64,(.*)$/su.exec(url) ?? [];
  if (mediaType === undefined || data === undefined) {
    const formats = "['image/jpeg', 'image/png', 'image/gif', 'image/webp']";
    const wanted = 'Image url not in expected format. Example Expected input - "image_url": "data:image/jpeg;base64,{base64_image}".';
    return badRequest(path, `${wanted} Supported formats - ${formats}.`);
  }
  return ok({ type: 'base64', media_type: format ?? mediaType.replaceAll('\\/', '/'), data });
}

function urlOf(given: JsonValue | undefined): string | undefined {
  if (typeof given === 'string') return given;
  return isObject(given) ? readString(given, 'url') : undefined;
}

function cached(block: Outcome<Block>, from: JsonObject): Outcome<Block> {
  return block.ok ? ok(withCache(block.value, from)) : block;
}
