import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isArray, objectIn, objectsIn, readString } from './types.ts';

/** The charged searches on which an answer is grounded; undefined for a kind without any. */
export interface GroundingCounts {
  readonly webSearches: number | undefined;
  readonly mapsSearches: number | undefined;
}

/** A candidate's grounding metadata, which is one record or a list of them. */
export function groundingOf({ groundingMetadata: given }: JsonObject): readonly JsonObject[] {
  return isArray(given) ? objectsIn(given) : objectsIn([given ?? null]);
}

/**
 * Counts the searches behind an answer: each distinct query once; a look-up in Maps at least once.
 *
 * source: LiteLLM 1.106.2, gemini/grounding_requests.py, read 2026-11-26.
 */
export function countGrounding(records: readonly JsonObject[]): GroundingCounts {
  const onMaps = records.filter(isMaps);
  const web = countQueries(records.filter((record) => !asksMaps(record)));
  const maps = countQueries(records.filter(asksMaps));
  return {
    webSearches: web === 0 ? undefined : web,
    mapsSearches: onMaps.length === 0 ? undefined : Math.max(maps, 1),
  };
}

/** Sources of text segments → OpenAI's annotations; a segment with several sources shows the first. */
export function toAnnotations(records: readonly JsonObject[]): readonly JsonObject[] {
  return records.flatMap((record) => {
    const chunks = isArray(record['groundingChunks']) ? record['groundingChunks'] : [];
    return objectsIn(record['groundingSupports']).flatMap((support) => toAnnotation(support, chunks));
  });
}

function toAnnotation(support: JsonObject, chunks: readonly JsonValue[]): readonly JsonObject[] {
  const { startIndex: start, endIndex: end } = objectIn(support, 'segment');
  const indices = isArray(support['groundingChunkIndices']) ? support['groundingChunkIndices'] : [];
  const [chunk] = objectsIn(typeof indices[0] === 'number' ? [chunks[indices[0]] ?? null] : []);
  if (typeof start !== 'number' || typeof end !== 'number' || chunk?.['web'] === undefined) return [];
  const web = objectIn(chunk, 'web');
  const citation = { start_index: start, end_index: end, url: readString(web, 'uri') ?? '', title: readString(web, 'title') ?? '' };
  return [{ type: 'url_citation', url_citation: citation }];
}

function countQueries(records: readonly JsonObject[]): number {
  const queries = records.flatMap(({ webSearchQueries: given }) => (isArray(given) ? given : []));
  return new Set(queries.filter((query) => typeof query === 'string' && query !== '')).size;
}

function isMaps(record: JsonObject): boolean {
  const token = record['googleMapsWidgetContextToken'];
  return has(record, 'maps') || (typeof token === 'string' && token !== '');
}

function asksMaps(record: JsonObject): boolean {
  return isMaps(record) && !has(record, 'web');
}

function has({ groundingChunks }: JsonObject, kind: string): boolean {
  return objectsIn(groundingChunks).some((chunk) => chunk[kind] !== undefined);
}
