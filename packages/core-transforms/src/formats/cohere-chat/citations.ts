import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';

/**
 * Citations → OpenAI's annotations, one for each document that a citation names.
 *
 * source: LiteLLM 1.106.2, llms/cohere/chat/v2_transformation.py `_translate_citations_to_openai_annotations`, read 2026-11-27.
 */
export function toAnnotations(citations: readonly JsonObject[]): readonly JsonObject[] {
  return citations.flatMap((citation) =>
    objectsIn(citation['sources']).flatMap((source) => {
      const { type, document, url, id = 'unknown' } = source;
      if (type !== 'document' || !isObject(document)) return [];
      const place = {
        start_index: citation['start'] ?? 0,
        end_index: citation['end'] ?? 0,
        title: document['title'] ?? '',
        url: typeof url === 'string' && url !== '' ? url : `source:${String(id)}`,
      };
      return [{ type: 'url_citation', url_citation: place }];
    }),
  );
}
