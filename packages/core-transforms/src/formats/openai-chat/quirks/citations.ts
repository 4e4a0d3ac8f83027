import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { isObject } from '../../../json/is-object.ts';
import { objectsOf } from './edit-body.ts';

/** Characters of citations that count as one token. The reference's estimate. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Top-level `citations` and `search_results` → `annotations` on the first choice's message, one per marker (`[1]`) in its
 * text, and their number and size in usage.
 */
export function citationsAsAnnotations(completion: JsonObject): JsonObject {
  const counted = { ...completion, usage: withSearchUsage(completion) };
  const [first, ...others] = objectsOf(completion['choices']);
  const message = first?.['message'];
  if (first === undefined || !isObject(message) || typeof message['content'] !== 'string') return counted;
  const annotations = annotate(message['content'], completion);
  if (annotations.length === 0) return counted;
  const known = Array.isArray(message['annotations']) ? message['annotations'] : [];
  return { ...counted, choices: [{ ...first, message: { ...message, annotations: [...known, ...annotations] } }, ...others] };
}

function annotate(text: string, completion: JsonObject): readonly JsonObject[] {
  const citations = completion['citations'];
  const urls: readonly JsonValue[] = Array.isArray(citations) ? citations : [];
  const titles = new Map(objectsOf(completion['search_results']).map((result) => [result['url'], result['title']]));
  return [...text.matchAll(/\[(\d+)\]/gu)].flatMap((marker) => {
    const url = urls[Number(marker[1]) - 1];
    if (typeof url !== 'string') return [];
    const span = { start_index: marker.index, end_index: marker.index + marker[0].length };
    return [{ type: 'url_citation', url_citation: { url, title: titles.get(url) ?? '', ...span } }];
  });
}

function withSearchUsage(completion: JsonObject): JsonObject {
  const usage: JsonObject = isObject(completion['usage']) ? completion['usage'] : {};
  const citations = completion['citations'];
  const characters = (Array.isArray(citations) ? citations : []).reduce(
    (sum: number, citation: JsonValue) => sum + String(citation).length,
    0,
  );
  const searches =
    usage['num_search_queries'] ?? completion['num_search_queries'] ?? usage['search_queries'] ?? completion['search_queries'];
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  return {
    ...usage,
    ...(characters > 0 && { citation_tokens: Math.max(1, Math.floor(characters / CHARACTERS_PER_TOKEN)) }),
    ...(typeof searches === 'number' && searches > 0 && { prompt_tokens_details: { ...details, web_search_requests: searches } }),
  };
}
