import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { needsMedia } from '../../media/needs-media.ts';
import { isNewGeneration } from '../../providers/gemini-rules.ts';
import { badRequest } from './errors.ts';
import { hasExtension, plainType, typeOfObject, typeOfUrl } from './media-type.ts';
import { objectIn, objectsIn, readString, type Part } from './types.ts';

/** The URL of files uploaded to the provider, which only the provider can read. */
const UPLOADED = 'https://generativelanguage.googleapis.com/v1beta/files/';

/** OpenAI's `detail` → the provider's resolution, from low to high; for others the provider decides. */
const RESOLUTIONS: Readonly<Record<string, string>> = {
  low: 'MEDIA_RESOLUTION_LOW',
  medium: 'MEDIA_RESOLUTION_MEDIUM',
  high: 'MEDIA_RESOLUTION_HIGH',
  ultra_high: 'MEDIA_RESOLUTION_ULTRA_HIGH',
};

/** Media as a client names it. */
export interface Media {
  /** A URL; may be a data URL. */
  readonly url: string;
  /** Its media type, if the client names it. */
  readonly mediaType?: string | undefined;
  readonly detail?: JsonValue | undefined;
  readonly videoMetadata?: JsonValue | undefined;
}

/** Reads an `image_url`, which is a URL or an object with one; undefined if it is neither. */
export function readImage(given: JsonValue | undefined): Media | undefined {
  if (typeof given === 'string') return { url: given };
  if (!isObject(given)) return undefined;
  const url = readString(given, 'url');
  return url === undefined ? undefined : { url, mediaType: mediaTypeIn(given), detail: given['detail'] };
}

/** A file's or image's media type, from any of the members that clients use for it. */
export function mediaTypeIn(given: JsonObject): string | undefined {
  return [given['format'], given['mime_type'], given['content_type']].find((type) => typeof type === 'string' && type !== '')?.toString();
}

/**
 * Media → a part: inline bytes, or a URL that the provider reads itself.
 *
 * errors: `bad-request` for media that the provider does not read; `declined` for media that the gateway would have to fetch.
 * source: LiteLLM 1.106.2, gemini/transformation.py `_process_gemini_media`, read 2026-11-26.
 */
export function toMediaPart(media: Media, plan: Plan, path: string): Outcome<Part> {
  const source = toSource(media, plan, path);
  if (!source.ok) return source;
  const resolution = typeof media.detail === 'string' ? RESOLUTIONS[media.detail] : undefined;
  const video = isObject(media.videoMetadata) ? toVideoMetadata(media.videoMetadata) : {};
  return ok({
    ...source.value,
    ...(resolution !== undefined && isNewGeneration(plan.model) && { media_resolution: { level: resolution } }),
    ...(Object.keys(video).length > 0 && { video_metadata: video }),
  });
}

/** A data URL as inline bytes; undefined for anything else. */
export function toInlineData({ url, mediaType }: Media): JsonObject | undefined {
  const [, type, data] = /^data:(.*?);base64,(.*)$/su.exec(url) ?? [];
  return type === undefined || data === undefined ? undefined : { data, mime_type: mediaType ?? type.replaceAll('\\/', '/') };
}

/** The highest resolution that any image or file of a conversation asks for: older models have one for all. */
export function finestResolution(messages: readonly JsonObject[]): string | undefined {
  const details = messages.flatMap(({ content }) =>
    objectsIn(content).map((part) => objectIn(part, part['type'] === 'file' ? 'file' : 'image_url')['detail']),
  );
  const finest = Object.keys(RESOLUTIONS).findLast((detail) => details.includes(detail));
  return finest === undefined ? undefined : RESOLUTIONS[finest];
}

function toSource(media: Media, plan: Plan, path: string): Outcome<Part> {
  const { url, mediaType } = media;
  if (url.startsWith('data:')) {
    const inline = toInlineData(media);
    return inline === undefined ? badRequest(path, `Invalid image received - ${url.slice(0, 40)}`) : ok({ inline_data: inline });
  }
  if (url.includes('gs://')) return toStored(media, path);
  if (url.startsWith(UPLOADED)) return ok({ file_data: { ...(mediaType !== undefined && { mime_type: mediaType }), file_uri: url } });
  const known = mediaType ?? typeOfUrl(url);
  // AI Studio reads nothing from the web except its own files.
  if (url.startsWith('https://') && known !== undefined && plan.provider.generate?.cloud === true) {
    return ok({ file_data: { mime_type: known, file_uri: url } });
  }
  if (/^https?:\/\//u.test(url)) return needsMedia(path, [url]);
  return badRequest(path, `Invalid image received - ${url.slice(0, 40)}`);
}

/** An object in a bucket of Google Cloud Storage. A media type named by the client is trusted. */
function toStored({ url, mediaType }: Media, path: string): Outcome<Part> {
  if (mediaType !== undefined) return ok({ file_data: { mime_type: plainType(mediaType), file_uri: url } });
  const type = typeOfObject(url);
  if (type !== undefined) return ok({ file_data: { mime_type: type, file_uri: url } });
  if (hasExtension(url)) return badRequest(path, `File type not supported by gemini - ${url}`);
  return fail({ kind: 'declined', path, reason: 'the type of this object has to be looked up first: say it in `format`' });
}

function toVideoMetadata({ fps, start_offset: start, end_offset: end }: JsonObject): JsonObject {
  return {
    ...(fps !== undefined && { fps }),
    ...(start !== undefined && { startOffset: start }),
    ...(end !== undefined && { endOffset: end }),
  };
}
