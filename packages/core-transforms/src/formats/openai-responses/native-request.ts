import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Note, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { dropPath, isNestedPath } from '../../params/drop-path.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { readParamChoice, type ParamChoice } from '../../params/param-choice.ts';
import { providerModel } from '../../providers/address.ts';
import type { ResponsesRules } from '../../providers/provider-row.ts';
import { tierAsWindow } from '../openai-chat/quirks/prompt-quirks.ts';
import { refuseSearchStream } from './client-file-search.ts';
import { foldInstructions } from './fold-instructions.ts';
import { fitInput } from './native-history.ts';
import { fitTools } from './native-tools.ts';
import { limitReasoning } from './reasoning-limits.ts';
import { withoutMarks } from './reasoning-marks.ts';
import { readResponseId } from './response-id.ts';
import { refuseInput } from './refuse-input.ts';
import { RESPONSE_PARAMS } from './response-params.ts';

/** The smallest `max_output_tokens` that the API accepts. */
const OUTPUT_TOKENS_MIN = 16;

/** The most members of `metadata` that OpenAI accepts. */
const METADATA_MEMBERS_MAX = 16;

const NO_RULES: ResponsesRules = {};

/**
 * A responses call → the body for a provider that speaks this API too.
 *
 * in:     the client's body; the deployment's settings are in the plan.
 * out:    the provider's body. Members that need not change are the same values, so that a caller can tell.
 * errors: `bad-request` for a previous response that the gateway did not issue; `unsupported-params` for parameters that model or provider
 *         do not accept, unless they are dropped.
 * source: LiteLLM 1.106.2, responses/main.py `responses` and responses/utils.py, read 2026-11-23.
 */
export function toProviderBody(body: JsonObject, plan: Plan): Outcome<JsonObject> {
  const request = { ...plan.settings.defaults, ...body };
  const refused = refuseInput(request['input']);
  if (refused !== undefined) return refused;
  const rules = plan.provider.responses ?? NO_RULES;
  const unstreamed = rules.lacksFileSearch === true ? refuseSearchStream(request['tools'], plan) : undefined;
  if (unstreamed !== undefined) return unstreamed;
  const choice = readParamChoice(request, plan.settings);
  const chosen = chooseParams(request, plan, choice);
  if (!chosen.ok) return chosen;
  const limited = rules.servesAnySampling === true ? chosen : limitReasoning(chosen.value, plan, choice.dropParams);
  if (!limited.ok) return limited;
  const tools = fitTools(limited.value['tools'], rules, plan);
  if (!tools.ok) return tools;
  const previous = openPrevious(limited.value['previous_response_id'], plan);
  if (!previous.ok) return previous;
  const { extra_body: extraBody } = request;
  const input = fitInput(withoutMarks(request['input'], plan.reasoning), rules);
  const fit: JsonObject = {
    ...limited.value,
    model: providerModel(plan),
    ...(rules.foldsInstructions === true ? foldInstructions(input, limited.value['instructions']) : { input }),
    tools: tools.value,
    previous_response_id: previous.value,
    ...toRaisedLimit(limited.value['max_output_tokens'], rules.servesAnySampling === true),
    ...rules.set,
    ...(isObject(extraBody) && extraBody),
  };
  const sent = withoutUndefined(fit);
  const timed = rules.tierAsWindow === true ? tierAsWindow(sent, plan) : ok(sent);
  return timed.ok ? ok(timed.value, [...chosen.notes, ...limited.notes]) : timed;
}

/** The call's parameters that the provider accepts. */
function chooseParams(request: JsonObject, plan: Plan, choice: ParamChoice): Outcome<JsonObject> {
  const { takes, refuses = [], drops = [] } = plan.provider.responses ?? NO_RULES;
  const { additionalDropParams, allowedOpenaiParams, dropParams } = choice;
  const notes: Note[] = [];
  const params: Record<string, JsonValue> = {};
  const refused: string[] = [];
  const refusing = refuses.filter(({ when }) => holdsFor(when, plan));
  const isTaken = (name: string): boolean =>
    (takes === undefined || takes.includes(name)) && !refusing.some(({ params: names }) => names.includes(name));
  for (const [name, value] of Object.entries(withReasoning(request))) {
    if (value === undefined || value === null || !RESPONSE_PARAMS.has(name)) continue;
    if (additionalDropParams.includes(name) || drops.includes(name)) notes.push(dropped(name));
    else if (isTaken(name) || allowedOpenaiParams.includes(name)) params[name] = value;
    else if (dropParams) notes.push(dropped(name));
    else refused.push(name);
  }
  if (refused.length > 0) return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params: refused });
  const written = { ...params, ...toMetadata(params['metadata']), ...toStreamOptions(params['stream_options']) };
  return ok(additionalDropParams.filter(isNestedPath).reduce(dropPath, written), notes);
}

function dropped(path: string): Note {
  return { path, action: 'dropped', reason: 'the provider does not take it' };
}

/** Chat's `reasoning_effort` works here too, unless `reasoning` is set. */
function withReasoning(request: JsonObject): JsonObject {
  const { reasoning_effort: effort, reasoning } = request;
  if (typeof effort !== 'string' || (reasoning !== undefined && reasoning !== null)) return request;
  return { ...request, reasoning: { effort } };
}

function toMetadata(metadata: JsonValue | undefined): JsonObject {
  if (metadata === undefined) return {};
  if (!isObject(metadata)) return { metadata: undefined };
  const entries = Object.entries(metadata);
  const kept = entries.filter(([name, value]) => name !== 'hidden_params' && typeof value === 'string').slice(0, METADATA_MEMBERS_MAX);
  return kept.length === entries.length ? {} : { metadata: Object.fromEntries(kept) };
}

function toStreamOptions(options: JsonValue | undefined): JsonObject {
  if (options === undefined) return {};
  const obfuscates = isObject(options) ? options['include_obfuscation'] : undefined;
  return { stream_options: typeof obfuscates === 'boolean' ? { include_obfuscation: obfuscates } : undefined };
}

function toRaisedLimit(limit: JsonValue | undefined, isLeft: boolean): JsonObject {
  return typeof limit === 'number' && Number.isInteger(limit) && limit < OUTPUT_TOKENS_MIN && !isLeft
    ? { max_output_tokens: OUTPUT_TOKENS_MIN }
    : {};
}

function openPrevious(id: JsonValue | undefined, plan: Plan): Outcome<JsonValue | undefined> {
  if (typeof id !== 'string') return ok(id);
  const opened = readResponseId(id, plan);
  if (opened !== undefined) return ok(opened);
  return fail({ kind: 'bad-request', path: 'previous_response_id', message: `Previous response with id '${id}' not found.` });
}

function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
