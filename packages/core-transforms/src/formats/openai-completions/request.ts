import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import { applyParams } from '../../params/apply-params.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { providerModel, refuseHomeless, toAddress } from '../../providers/address.ts';
import type { CompletionsRules } from '../../providers/provider-row.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { completionsParams } from './params.ts';

const COMPLETIONS_PATH = '/completions';
const NO_RULES: CompletionsRules = {};

/**
 * A chat request → the body for a provider's completions API.
 *
 * in:     the hub's request; as in the reference, a message of any role is a prompt.
 * errors: `bad-request` for messages without text, and for several prompts if the provider takes one; `unsupported-params` in the
 *         reference's words, or where the reference's client would fail; `declined` if the provider's base URL is not known.
 * source: LiteLLM 1.106.2, llms/openai/completion/, llms/together_ai/completion/, llms/codestral/completion/, read 2026-11-27.
 */
export function toCompletionsBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const homeless = refuseHomeless(plan);
  if (homeless !== undefined) return homeless;
  const normalized = normalizeParams({ ...plan.settings.defaults, ...chat }, plan);
  if (!normalized.ok) return normalized;
  const rules = plan.provider.completions ?? NO_RULES;
  const prompt = toPrompt(normalized.value['messages'], rules);
  if (!prompt.ok) return prompt;
  const applied = applyParams(normalized.value, { ...plan, provider: { ...plan.provider, params: completionsParams(plan.provider) } });
  if (!applied.ok) return applied;
  const { params, extraBody } = applied.value;
  const sent = { ...params, ...streamMember(normalized.value['stream'], rules, plan), ...extraBody };
  const { drops = [] } = rules;
  const kept = Object.entries(sent).filter(([name]) => !drops.includes(name));
  return ok({ model: providerModel(plan), prompt: prompt.value, ...Object.fromEntries(kept) }, applied.notes);
}

/** URL and headers for a completions call, including the client's `extra_headers`. */
export function toCompletionsEndpoint(plan: Plan, chat: JsonObject): Endpoint {
  const { headers, completions = NO_RULES } = plan.provider;
  return { ...toAddress(plan, completions.path ?? COMPLETIONS_PATH), headers: { ...headers, ...readExtraHeaders(chat) } };
}

/** The member `stream`. For chat clients the reference sends it true or false, and asks for usage, as on the chat API. */
function streamMember(stream: JsonValue | undefined, { answersMessages }: CompletionsRules, plan: Plan): JsonObject {
  if (plan.dialect !== 'openai-completions' && answersMessages !== true) {
    return plan.stream ? { stream: true, stream_options: { include_usage: true } } : { stream: false };
  }
  return stream === true || (stream === false && answersMessages !== true) ? { stream } : {};
}

function toPrompt(messages: JsonValue | undefined, { prompts = 'list' }: CompletionsRules): Outcome<JsonValue> {
  const contents = objectsIn(messages).map(({ content }) => content);
  const [first] = contents;
  if (contents.length === 0) return refuse('there is none');
  if (contents.length === 1 && Array.isArray(first) && !first.some(isPart)) return ok(first);
  const texts = contents.map(textOf);
  if (texts.length === 1 || typeof prompts === 'object') return ok(texts.join(typeof prompts === 'object' ? prompts.joinedBy : ''));
  return prompts === 'list' ? ok(texts) : refuse('this provider takes no more than one');
}

/** Whether a value is anything other than tokens. */
function isPart(value: JsonValue): boolean {
  return typeof value !== 'number' && !Array.isArray(value);
}

function textOf(content: JsonValue | undefined): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : '';
  const parts: JsonArray = content;
  return objectsIn(parts)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

function refuse(reason: string): Outcome<JsonValue> {
  return fail({ kind: 'bad-request', path: 'prompt', message: `prompt: ${reason}` });
}
