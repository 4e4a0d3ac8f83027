import type { EmbeddingsCall } from '../../contract/embeddings-format.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Failure, type Note, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { pythonStr } from '../../json/python-repr.ts';
import { isGatewayMember } from '../../params/gateway-members.ts';
import { readParamChoice, type ParamChoice } from '../../params/param-choice.ts';
import { supportedParams } from '../../params/supported-params.ts';
import { applyValueRules } from '../../params/value-rules.ts';
import { EMBEDDINGS_PARAMS } from '../../providers/common-params.ts';
import { embeddingsRules } from './plan.ts';

/** Members that a format handles itself. */
const PLACED: ReadonlySet<string> = new Set(['model', 'input', 'extra_body', 'extra_headers']);
const CHECKED: ReadonlySet<string> = new Set(EMBEDDINGS_PARAMS);
const NO_MEMBERS: JsonObject = {};

/**
 * Sorts the members of a client's call.
 *
 * in:     the client's body; a plan of embeddings.
 * out:    the deployment's defaults fill what the client does not set; nulls and the gateway's own members are removed.
 * errors: `unsupported-params` for OpenAI's parameters that the model does not accept, unless they may be dropped or are let through;
 *         `declined` for tokens if the provider only takes text: the reference decodes them.
 * source: LiteLLM 1.106.2, utils.py `get_optional_params_embeddings`, proxy_server.py `embeddings`, read 2026-11-29.
 */
export function readEmbeddingsCall(client: JsonObject, plan: Plan): Outcome<EmbeddingsCall> {
  const given: JsonObject = { ...plan.settings.defaults, ...client };
  const { input = null, extra_body: extra } = given;
  if (isListOfTokens(input) && embeddingsRules(plan).tokens !== true) {
    return fail({ kind: 'declined', path: 'input', reason: `${plan.provider.id} takes text, and tokens are not made into text here` });
  }
  const choice = readParamChoice(given, plan.settings);
  const { taken, own, refused, notes } = sortMembers(given, choice, plan);
  if (Object.keys(refused).length > 0 && !choice.dropParams) return refuse(refused, plan);
  const valued = applyValueRules(taken, plan, choice.dropParams);
  if (!valued.ok) return valued;
  const extraBody = isObject(extra) ? extra : NO_MEMBERS;
  return ok({ input, params: named(valued.value, plan), own, extraBody, metadata: given['metadata'] }, [...notes, ...valued.notes]);
}

interface SortedMembers {
  readonly taken: JsonObject;
  readonly own: JsonObject;
  readonly refused: JsonObject;
  readonly notes: readonly Note[];
}

function sortMembers(given: JsonObject, choice: ParamChoice, plan: Plan): SortedMembers {
  const supported = supportedParams(plan);
  const taken: Record<string, JsonValue> = {};
  const own: Record<string, JsonValue> = {};
  const refused: Record<string, JsonValue> = {};
  const notes: Note[] = [];
  for (const name in given) {
    const value = given[name];
    if (value === undefined || value === null || PLACED.has(name)) continue;
    const isChecked = CHECKED.has(name);
    if (!isChecked && isGatewayMember(name)) continue;
    if (choice.additionalDropParams.includes(name)) notes.push({ path: name, action: 'dropped', reason: 'additional_drop_params' });
    else if (!isChecked) own[name] = value;
    else if (supported.has(name)) taken[name] = value;
    else if (choice.allowedOpenaiParams.includes(name)) own[name] = value;
    else {
      refused[name] = value;
      notes.push({ path: name, action: 'dropped', reason: 'the model does not take it' });
    }
  }
  return { taken, own, refused, notes };
}

/** Parameters by the provider's names, without those that are accepted but not sent. */
function named(params: JsonObject, { provider }: Plan): JsonObject {
  const { rename = {}, drop = [] } = provider.params;
  const kept = Object.entries(params).filter(([name]) => !drop.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [rename[name] ?? name, value]));
}

function refuse(refused: JsonObject, { provider, model }: Plan): Failure {
  const params = EMBEDDINGS_PARAMS.filter((name) => refused[name] !== undefined);
  const values = pythonStr(JSON.stringify(Object.fromEntries(params.map((name) => [name, refused[name]]))));
  const message =
    `${provider.id} does not support parameters: ${values}, for model=${model}. To drop these, set \`litellm.drop_params=True\` or for ` +
    'proxy:\n\n`litellm_settings:\n drop_params: true`\n';
  return fail({ kind: 'unsupported-params', provider: provider.id, model, params, message });
}

function isListOfTokens(input: JsonValue): boolean {
  const [first] = Array.isArray(input) ? input : [];
  return Array.isArray(first) && Number.isInteger(first[0]);
}
