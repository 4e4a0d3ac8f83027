import type { JsonRecord } from '../../json.ts';
import { wholeAnswer, type NaturalAnswer } from './natural-answer.ts';

/** Speaks Mistral's OCR dialect: one page, whatever the document. */
export function answerMistralOcr(request: JsonRecord): NaturalAnswer {
  const page = { index: 0, markdown: '# Fake page', images: [], dimensions: { dpi: 200, height: 2200, width: 1700 } };
  return wholeAnswer({
    pages: [page],
    model: request['model'],
    document_annotation: null,
    usage_info: { pages_processed: 1, doc_size_bytes: 1000 },
  });
}
