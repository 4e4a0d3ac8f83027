import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { needsMedia } from '../../media/needs-media.ts';
import { isNewGeneration } from '../../providers/gemini-rules.ts';
import { badRequest } from './errors.ts';
import { hasExtension, plainType, typeOfObject, typeOfUrl } from './media-type.ts';
import { objectIn, objectsIn, readString, type Part } from './types.ts';

/** Files that were uploaded to the provider: it alone can read them. */
const UPLOADED = 'https://generativelanguage.googleapis.com/v1beta/files/';

/** How finely a picture is looked at; what is not listed is left to the provider. From coarse to fine. */
const RESOLUTIONS: Readonly<Record<string, string>> = {
  low: 'MEDIA_RESOLUTION_LOW',
  medium: 'MEDIA_RESOLUTION_MEDIUM',
  high: 'MEDIA_RESOLUTION_HIGH',
  ultra_high: 'MEDIA_RESOLUTION_ULTRA_HIGH',
};

/** Media as a client names it. */
export interface Media {
  /** An address, or a data URL. */
  readonly url: string;
  /** Its media type, where the client says it. */
  readonly mediaType?: string | undefined;
  readonly detail?: JsonValue | undefined;
  readonly videoMetadata?: JsonValue | undefined;
}

/** An `image_url`, which is an address or an object with one; undefined for neither. */
export function readImage(given: JsonValue | undefined): Media | undefined {
  if (typeof given === 'string') return { url: given };
  if (!isObject(given)) return undefined;
  const url = readString(given, 'url');
  return url === undefined ? undefined : { url, mediaType: mediaTypeIn(given), detail: given['detail'] };
}

/** What a client calls a file's or an image's media type, under whichever name. */
export function mediaTypeIn(given: JsonObject): string | undefined {
  return [given['format'], given['mime_type'], given['content_type']].find((type) => typeof type === 'string' && type !== '')?.toString();
}

/**
 * Media as a part: bytes in line, or an address that the provider reads itself.
 *
 * errors: `bad-request` for what is no media the provider reads; `declined` for what the gateway would have to fetch.
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

/** A data URL as bytes in line; undefined for anything else. */
export function toInlineData({ url, mediaType }: Media): JsonObject | undefined {
  const [, type, data] = /^data:(.*?);base64,(.*)$/su.exec(url) ?? [];
  return type === undefined || data === undefined ? undefined : { data, mime_type: mediaType ?? type.replaceAll('\\/', '/') };
}

/** The finest look that any picture or file of a conversation asks for: older models have one for all. */
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
  // AI Studio reads nothing from the web but its own files.
  if (url.startsWith('https://') && known !== undefined && plan.provider.generate?.cloud === true) {
    return ok({ file_data: { mime_type: known, file_uri: url } });
  }
  if (/^https?:\/\//u.test(url)) return needsMedia(path, [url]);
  return badRequest(path, `Invalid image received - ${url.slice(0, 40)}`);
}

/** An object in a bucket of Google Cloud Storage. A type that the client says is believed. */
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
