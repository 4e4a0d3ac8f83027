import type { JsonRecord } from '../json.ts';
import { answerAnthropicMessages, answerCountTokens } from './dialects/anthropic-messages.ts';
import { answerMistralOcr } from './dialects/mistral-ocr.ts';
import { answerOpenaiEmbeddings, answerTitan } from './dialects/openai-embeddings.ts';
import { wholeAnswer, type NaturalAnswer } from './dialects/natural-answer.ts';
import { answerOpenaiChat } from './dialects/openai-chat.ts';

/** Answers a request in the dialect of its path; 404 in OpenAI's envelope for a path that no dialect has. */
export function answerNaturally(path: string, request: JsonRecord): NaturalAnswer {
  const route = path.split('?')[0] ?? '';
  if (route.endsWith('/chat/completions')) return answerOpenaiChat(request);
  if (route.endsWith('/messages/count_tokens')) return answerCountTokens(request);
  if (route.endsWith('/messages')) return answerAnthropicMessages(request);
  if (route.endsWith('/embeddings')) return answerOpenaiEmbeddings(request);
  if (route.endsWith('/invoke') && 'inputText' in request) return answerTitan(request);
  if (route.endsWith('/ocr')) return answerMistralOcr(request);
  return wholeAnswer({ error: { message: `no such path: ${route}`, type: 'invalid_request_error', param: null, code: 'not_found' } }, 404);
}
