import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Failure, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { applyParams } from '../../params/apply-params.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { readMessages } from '../anthropic-messages/convert-messages.ts';
import { blocksOf, isArray, readString } from '../anthropic-messages/types.ts';
import { familyOf } from './families.ts';
import type { Line } from './types.ts';

/**
 * A chat request → a body with a prompt, for models that do not take messages.
 *
 * errors: `unsupported-params` as by the family's rules; `declined` for an unknown family, and for content that is not text.
 * source: LiteLLM 1.106.2, base_invoke_transformation.py `transform_request`, read 2026-11-27.
 */
export function toTextBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const family = familyOf(plan.model);
  if (family === undefined) return decline('no prompt is known here for this model');
  const request = normalizeParams({ ...plan.settings.defaults, ...chat }, plan);
  if (!request.ok) return request;
  const { model_id: _id, guardrailConfig: _guardrail, ...asked } = request.value;
  const messages = readMessages(chat['messages']);
  if (!messages.ok) return messages;
  const applied = applyParams(asked, { ...plan, provider: { ...plan.provider, params: family.params } });
  if (!applied.ok) return applied;
  const lines = messages.value.map(toLine);
  const said = lines.flatMap((line) => line ?? []);
  if (said.length < lines.length) return decline('the model takes text alone');
  const { promptName = 'prompt', paramsName, saysStream = false } = family;
  const params: JsonObject = { ...applied.value.params, ...(saysStream && plan.stream && { stream: true }) };
  const { extraBody } = applied.value;
  const prompt = { [promptName]: family.write(said, plan.model) };
  return ok({ ...prompt, ...(paramsName === undefined ? params : { [paramsName]: params }), ...extraBody }, applied.notes);
}

/** A message as text; undefined if it has other content. */
function toLine(message: JsonObject): Line | undefined {
  const { content } = message;
  const role = readString(message, 'role') ?? 'user';
  if (typeof content === 'string') return { role, text: content };
  if (!isArray(content)) return content === undefined || content === null ? { role, text: '' } : undefined;
  const texts = blocksOf(content).flatMap((part) => (part.type === 'text' ? [readString(part, 'text') ?? ''] : []));
  return texts.length === content.filter(isObject).length ? { role, text: texts.join('') } : undefined;
}

function decline(reason: string): Failure {
  return fail({ kind: 'declined', path: 'messages', reason });
}
