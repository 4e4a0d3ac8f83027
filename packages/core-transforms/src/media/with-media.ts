import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { ClientCall } from '../contract/wire.ts';
import { isObject } from '../json/is-object.ts';
import { withMember } from '../json/with-member.ts';

/** Content at addresses, as data URLs: `data:<media type>;base64,<data>`. */
export type FetchedMedia = ReadonlyMap<string, string>;

/** How the content of a PDF begins. */
const PDF = 'data:application/pdf;base64,';
/** Members of a body that hold what people and models said. */
const SAID: readonly string[] = ['messages', 'input'];

/**
 * A call with the content of media in place of their addresses, in every dialect that a client speaks: pictures, files and documents,
 * in messages and in the results of tools. An address that was not fetched stays.
 *
 * source: LiteLLM 1.106.2, prompt_templates/image_handling.py, read 2026-11-29.
 */
export function withMedia(call: ClientCall, media: FetchedMedia): ClientCall {
  let { body } = call;
  for (const name of SAID) {
    const said = body.value[name];
    const inlined = said === undefined ? said : inlineIn(said, media);
    if (inlined !== undefined && inlined !== said) body = withMember(body, name, inlined);
  }
  return { body, headers: call.headers, memory: {} };
}

function inlineIn(value: JsonValue, media: FetchedMedia): JsonValue {
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    const inlined = items.map((item) => inlineIn(item, media));
    return inlined.every((item, index) => item === items[index]) ? value : inlined;
  }
  if (!isObject(value)) return value;
  const inlined = inlinePart(value, media);
  if (inlined !== undefined) return inlined;
  let changed: Record<string, JsonValue | undefined> | undefined;
  for (const [name, member] of Object.entries(value)) {
    const next = member === undefined ? member : inlineIn(member, media);
    if (next !== member) (changed ??= { ...value })[name] = next;
  }
  return changed ?? value;
}

/** Undefined where it is no medium at an address that was fetched. */
function inlinePart(part: JsonObject, media: FetchedMedia): JsonObject | undefined {
  switch (part['type']) {
    case 'image_url':
    case 'input_image':
      return inlineImage(part, media);
    case 'file':
      return inlineFile(part, media);
    case 'input_file': {
      const { file_url: url, ...rest } = part;
      const data = findDocument(url, media);
      return data === undefined ? undefined : { ...rest, file_data: data };
    }
    case 'image':
    case 'document':
      return inlineSource(part, media);
    default:
      return undefined;
  }
}

function inlineImage(part: JsonObject, media: FetchedMedia): JsonObject | undefined {
  const given = part['image_url'];
  const data = find(isObject(given) ? given['url'] : given, media);
  if (data === undefined) return undefined;
  return { ...part, image_url: isObject(given) ? { ...given, url: data } : data };
}

function inlineFile(part: JsonObject, media: FetchedMedia): JsonObject | undefined {
  const { file } = part;
  if (!isObject(file)) return undefined;
  const { file_id: url, ...rest } = file;
  const data = findDocument(url, media);
  return data === undefined ? undefined : { ...part, file: { ...rest, file_data: data } };
}

function inlineSource(part: JsonObject, media: FetchedMedia): JsonObject | undefined {
  const { source } = part;
  if (!isObject(source) || source['type'] !== 'url') return undefined;
  const [, type, data] = /^data:([^,]*?);base64,(.*)$/su.exec(findDocument(source['url'], media) ?? '') ?? [];
  return type === undefined || data === undefined ? undefined : { ...part, source: { type: 'base64', media_type: type, data } };
}

function find(url: JsonValue | undefined, media: FetchedMedia): string | undefined {
  return typeof url === 'string' ? media.get(url) : undefined;
}

/** As `find`; a file whose name says that it is a PDF is one, whatever its server says. */
function findDocument(url: JsonValue | undefined, media: FetchedMedia): string | undefined {
  const data = find(url, media);
  return typeof url === 'string' && url.toLowerCase().endsWith('.pdf') ? data?.replace(/^data:[^,]*,/u, PDF) : data;
}
