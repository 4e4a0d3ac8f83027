import type { JsonObject } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toProviderBody } from '../openai-chat/request.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { textOf } from './chat-messages.ts';
import { toPrompt, withFunctions } from './prompt.ts';
import { sortParams } from './sort-params.ts';

/**
 * A chat request → the body for `/api/generate`: the conversation as one prompt, with functions described in it.
 *
 * errors: those of parameters and messages; those of toPrompt.
 * source: LiteLLM 1.106.2, llms/ollama/completion/transformation.py and utils.py `pre_process_optional_params`, read 2026-11-27.
 */
export function toGenerateBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const written = toProviderBody(chat, plan);
  if (!written.ok) return written;
  const { model, messages, tools, functions, tool_choice: _choice, stream: _stream, ...params } = written.value;
  const { options, beside } = sortParams(params, chat, plan);
  const head = { model, options, stream: plan.stream };
  // A completions client's prompt is sent unchanged.
  if (plan.dialect === 'openai-completions') {
    const prompt = objectsIn(messages)
      .map(({ content }) => textOf(content))
      .join('');
    return ok({ ...head, prompt, ...beside }, written.notes);
  }
  const callees = objectsIn(tools ?? functions);
  const told = callees.length === 0 ? objectsIn(messages) : withFunctions(objectsIn(messages), callees);
  const prompt = toPrompt(told);
  if (!prompt.ok) return prompt;
  return ok({ ...head, ...(callees.length > 0 && { format: 'json' }), ...beside, ...prompt.value }, written.notes);
}
