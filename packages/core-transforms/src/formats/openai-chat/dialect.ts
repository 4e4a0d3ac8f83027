import type { ClientDialect } from '../../contract/client-dialect.ts';
import { ok } from '../../contract/outcome.ts';
import { chunkTextStream } from './text-stream.ts';

/** OpenAI's chat completions as clients speak them, in front of any format. */
export const openaiChatDialect: ClientDialect = {
  id: 'openai-chat',
  request: (body) => ok(body.value),
  response: (chat, plan) => ok(plan.answerModel === undefined ? chat : { ...chat, model: plan.answerModel }),
  stream: chunkTextStream,
};
