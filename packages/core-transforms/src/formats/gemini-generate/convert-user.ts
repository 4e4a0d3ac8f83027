import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { mediaTypeIn, readImage, toMediaPart } from './convert-media.ts';
import { badRequest } from './errors.ts';
import { isArray, objectIn, readString, type Part } from './types.ts';

/**
 * A user's message → parts. Empty texts and kinds of parts that the provider does not have are left out.
 *
 * errors: `bad-request` for a part that lacks what its type needs; those of toMediaPart.
 */
export function toUserParts(content: JsonValue | undefined, plan: Plan, path: string): Outcome<readonly Part[]> {
  if (typeof content === 'string') return ok([{ text: content }]);
  const parts: Part[] = [];
  for (const [index, given] of (isArray(content) ? content : []).entries()) {
    if (!isObject(given)) continue;
    const part = toUserPart(given, plan, `${path}.content[${index}]`);
    if (!part.ok) return part;
    if (part.value !== undefined) parts.push(part.value);
  }
  return ok(parts);
}

function toUserPart(part: JsonObject, plan: Plan, path: string): Outcome<Part | undefined> {
  switch (part['type']) {
    case 'text': {
      const text = readString(part, 'text');
      return ok(text === undefined || text === '' ? undefined : { text });
    }
    case 'image_url': {
      const image = readImage(part['image_url']);
      const message = "Invalid message content: element type is 'image_url' but its address is missing";
      return image === undefined ? badRequest(path, message) : toMediaPart(image, plan, path);
    }
    case 'input_audio':
      return toAudio(objectIn(part, 'input_audio'));
    case 'file':
      return isObject(part['file'])
        ? toFile(part['file'], plan, path)
        : badRequest(path, "Content block has type='file' but is missing the required 'file' field");
    default:
      return ok(undefined);
  }
}

function toAudio(audio: JsonObject): Outcome<Part | undefined> {
  const data = readString(audio, 'data');
  const format = readString(audio, 'format');
  if (data === undefined || format === undefined) return ok(undefined);
  return ok({ inline_data: { data, mime_type: format.startsWith('audio/') ? format : `audio/${format}` } });
}

function toFile(file: JsonObject, plan: Plan, path: string): Outcome<Part> {
  const url = [file['file_id'], file['file_data']].find((given) => typeof given === 'string' && given !== '');
  if (typeof url !== 'string') return badRequest(path, 'Unknown file type. Please pass in a file_id or file_data');
  return toMediaPart({ url, mediaType: mediaTypeIn(file), detail: file['detail'], videoMetadata: file['video_metadata'] }, plan, path);
}
