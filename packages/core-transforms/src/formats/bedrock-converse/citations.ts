import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import type { CitedText } from './types.ts';

/**
 * Joins cited text and the rest. Nova sends the cited sentence separately; if the rest has no words of its own, the sentence is put first,
 * so that the indexes of the annotations stay right.
 *
 * source: LiteLLM 1.106.2, converse_transformation.py `_transform_citations_to_annotations`, read 2026-11-23.
 */
export function citeText(text: string, citations: readonly JsonObject[]): CitedText {
  const parts = citations.map(citedTextOf);
  const cited = parts.join('');
  if (cited === '' || /[\p{L}\p{N}]/u.test(text)) return { text, annotations: [] };
  let offset = 0;
  const annotations = citations.flatMap((block, index) => {
    const start = offset;
    offset += parts[index]?.length ?? 0;
    return (isArray(block['citations']) ? block['citations'].filter(isObject) : []).flatMap((citation) => toAnnotation(citation, start));
  });
  return { text: text.trim() === '' ? cited : cited + text, annotations };
}

function citedTextOf({ content }: JsonObject): string {
  const parts = isArray(content) ? content.filter(isObject) : [];
  return parts.map((part) => readString(part, 'text') ?? '').join('');
}

function toAnnotation(citation: JsonObject, offset: number): readonly JsonObject[] {
  const location = isObject(citation['location']) ? citation['location']['searchResultLocation'] : undefined;
  if (!isObject(location)) return [];
  const { start, end } = location;
  if (typeof start !== 'number' || typeof end !== 'number') return [];
  return [
    {
      type: 'url_citation',
      url_citation: {
        start_index: offset + start,
        end_index: offset + end,
        title: readString(citation, 'title') ?? '',
        url: readString(citation, 'source') ?? '',
      },
    },
  ];
}
