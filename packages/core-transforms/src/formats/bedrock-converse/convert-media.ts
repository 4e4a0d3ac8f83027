import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { needsMedia } from '../../media/needs-media.ts';
import { sha256Hex } from '../../text/sha256.ts';
import { badRequest } from '../anthropic-messages/errors.ts';
import { readString } from '../anthropic-messages/types.ts';

const IMAGE_FORMATS: ReadonlySet<string> = new Set(['png', 'jpeg', 'gif', 'webp']);
const VIDEO_FORMATS: ReadonlySet<string> = new Set(['mp4', 'mov', 'mkv', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', '3gp']);

/** Documents the provider reads, by media type. */
const DOCUMENT_FORMATS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/plain': 'txt',
};

/** A document's name is derived from this many of its characters: enough to tell two apart, and cheap for a long one. */
const NAMED_BY_CHARACTERS = 64 * 1024;
const NAME_HASH_CHARACTERS = 16;

/**
 * An `image_url` → an image, a document or a video, by the media type of its data.
 *
 * errors: `bad-request` for a type the provider does not read; `declined` for what has to be fetched first.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py BedrockImageProcessor, read 2026-11-23.
 */
export function fromImageUrl(given: JsonValue | undefined, path: string): Outcome<JsonObject> {
  const url = typeof given === 'string' ? given : isObject(given) ? readString(given, 'url') : undefined;
  if (url === undefined) return badRequest(path, 'an image part needs an image_url');
  return fromUrl(url, isObject(given) ? readString(given, 'format') : undefined, path);
}

/** A `file` part, from its data, or from a URL in place of its id. Errors as fromImageUrl. */
export function fromFile(file: JsonValue | undefined, path: string): Outcome<JsonObject> {
  if (!isObject(file)) return badRequest(path, "Content block has type='file' but is missing the required 'file' field");
  const url = readString(file, 'file_id') ?? readString(file, 'file_data');
  if (url === undefined) return badRequest(path, `file_data and file_id cannot both be None. Got=${JSON.stringify(file)}`);
  return fromUrl(url, readString(file, 'format'), path);
}

/** A `document` part in the shape of Anthropic's API. Errors as fromImageUrl. */
export function fromDocument(source: JsonValue | undefined, path: string): Outcome<JsonObject> {
  const { type, media_type: mediaType, data } = isObject(source) ? source : {};
  if (type !== 'base64' || typeof mediaType !== 'string' || typeof data !== 'string') {
    return badRequest(path, `Bedrock Converse only supports base64-encoded document sources, got '${String(type)}'.`);
  }
  const format = DOCUMENT_FORMATS[mediaType];
  return format === undefined ? unreadable(mediaType, path) : ok(toDocument(data, format, 'Document'));
}

function fromUrl(url: string, format: string | undefined, path: string): Outcome<JsonObject> {
  if (!url.includes('base64')) {
    if (/https?:\/\//u.test(url)) return needsMedia(path, [url]);
    return badRequest(path, 'Unsupported image type. Expected either image url or base64 encoded string');
  }
  const [metadata = '', data = ''] = url.split(',');
  const named = /^data:(.*?);base64/u.exec(metadata)?.[1]?.split(';')[0];
  return toBlock(data, format ?? named ?? 'image/jpeg', path);
}

function toBlock(data: string, mediaType: string, path: string): Outcome<JsonObject> {
  if (mediaType.startsWith('application') || mediaType.startsWith('text')) {
    const format = DOCUMENT_FORMATS[mediaType];
    return format === undefined ? unreadable(mediaType, path) : ok(toDocument(data, format, 'DocumentPDFmessages'));
  }
  const format = mediaType.split('/')[1] ?? '';
  const source = { bytes: data };
  if (VIDEO_FORMATS.has(format)) return ok({ video: { source, format } });
  return IMAGE_FORMATS.has(format) ? ok({ image: { source, format } }) : unreadable(mediaType, path);
}

function unreadable(mediaType: string, path: string): Outcome<JsonObject> {
  return badRequest(path, `the provider does not read ${mediaType}`);
}

/** The name is derived from the content: the same document has the same name in every turn, so that prompt caches match. */
function toDocument(data: string, format: string, prefix: string): JsonObject {
  const content = data.replaceAll(/\s+/gu, '');
  const hash = sha256Hex(content.slice(0, NAMED_BY_CHARACTERS) + String(content.length)).slice(0, NAME_HASH_CHARACTERS);
  return { document: { source: { bytes: data }, format, name: `${prefix}_${hash}_${format}` } };
}
