import type { JsonObject } from '../../../contract/json.ts';
import { fail, ok } from '../../../contract/outcome.ts';
import { isObject } from '../../../json/is-object.ts';
import { objectsOf, without } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

/** `reasoning_effort` or `thinking` becomes the row's `thinkingPrompt`, in front of the first system message, or as a new one. */
export const thinkingByPrompt: RequestQuirkFunction = (body, plan) => {
  const prompt = plan.provider.chat?.thinkingPrompt;
  if (prompt === undefined || (body['reasoning_effort'] === undefined && body['thinking'] === undefined)) return ok(body);
  const messages = objectsOf(body['messages']);
  const at = messages.findIndex((message) => message['role'] === 'system');
  const system = messages[at];
  const prompted =
    system === undefined ? [{ role: 'system', content: prompt }, ...messages] : messages.with(at, withPrompt(system, prompt));
  return ok({ ...without(body, ['reasoning_effort', 'thinking']), messages: prompted });
};

function withPrompt(message: JsonObject, prompt: string): JsonObject {
  const content = message['content'];
  if (Array.isArray(content)) return { ...message, content: [{ type: 'text', text: `${prompt}\n\n` }, ...content] };
  return { ...message, content: `${prompt}\n\n${typeof content === 'string' ? content : ''}` };
}

/** Refuses two parameters that mean the same if both are set. */
export function refuseTogether(first: string, second: string): RequestQuirkFunction {
  return (body) => {
    if (body[first] === undefined || body[second] === undefined) return ok(body);
    return fail({ kind: 'bad-request', path: first, message: `${first} and ${second} cannot go together` });
  };
}

/** Sail's completion windows by the requested tier; none if the provider is to choose. */
const WINDOWS: ReadonlyMap<unknown, string | undefined> = new Map([
  ['auto', undefined],
  ['default', 'asap'],
  ['priority', 'asap'],
  ['flex', 'flex'],
  ['balanced', 'balanced'],
]);

/**
 * Puts the requested speed of an answer into `metadata`, where Sail expects it. source: LiteLLM 1.106.2, llms/sail/common_utils.py, read
 * 2026-11-29.
 */
export const tierAsWindow: RequestQuirkFunction = (body, { provider, model, settings }) => {
  const { service_tier: tier, metadata } = body;
  if (tier === undefined) return ok(body);
  const name = typeof tier === 'string' ? tier.toLowerCase() : undefined;
  if (!WINDOWS.has(name) && !settings.dropParams) {
    const message = `sail does not support service_tier=${JSON.stringify(tier)}. Supported values: ${[...WINDOWS.keys()].join(', ')}.`;
    return fail({ kind: 'unsupported-params', provider: provider.id, model, params: ['service_tier'], message });
  }
  const rest = without(body, ['service_tier']);
  const window = WINDOWS.get(name);
  return ok(window === undefined ? rest : { ...rest, metadata: { ...(isObject(metadata) && metadata), completion_window: window } });
};

const GENERATION_PARAMS = [
  'decoding_method',
  'max_new_tokens',
  'min_new_tokens',
  'length_penalty',
  'stop_sequences',
  'top_k',
  'repetition_penalty',
  'truncate_input_tokens',
  'include_stop_sequences',
  'return_options',
  'random_seed',
  'moderations',
  'min_tokens',
];

/**
 * Refuses parameters of watsonx's text generation in a chat. source: LiteLLM 1.106.2, llms/watsonx/completion/transformation.py, read
 * 2026-11-29.
 */
export const refuseGenerationParams: RequestQuirkFunction = (body) => {
  const path = GENERATION_PARAMS.find((name) => body[name] !== undefined);
  if (path === undefined) return ok(body);
  return fail({ kind: 'bad-request', path, message: `${path} is a parameter of text generation, which is another API than chat` });
};

/** Removes parameters that are accepted without effect. */
export function dropParams(names: readonly string[]): RequestQuirkFunction {
  return (body) => ok(without(body, names));
}

/** Below this the provider refuses several choices. */
const TEMPERATURE_MIN_SEVERAL = 0.3;

/** Raises a temperature that is too low for several choices to the minimum. */
export const warmSeveralChoices: RequestQuirkFunction = (body) => {
  const { temperature, n } = body;
  const cold = typeof temperature === 'number' && temperature < TEMPERATURE_MIN_SEVERAL && typeof n === 'number' && n > 1;
  return ok(cold ? { ...body, temperature: TEMPERATURE_MIN_SEVERAL } : body);
};
