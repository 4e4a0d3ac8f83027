import type { JsonObject, JsonValue } from '../contract/json.ts';
import { fail, ok, type Note, type Outcome } from '../contract/outcome.ts';
import type { Plan } from '../contract/plan.ts';
import { isObject } from '../json/is-object.ts';
import { dropPath, isNestedPath } from './drop-path.ts';
import { isGatewayMember } from './gateway-members.ts';
import { isOpenaiParam, OPENAI_PARAMS, QUIETLY_DROPPED } from './openai-params.ts';
import { readParamChoice, type ParamChoice } from './param-choice.ts';
import { perPlan } from './per-plan.ts';
import { supportedParams } from './supported-params.ts';
import { applyValueRules, rulesFor } from './value-rules.ts';

/** Members that formats put in place themselves. */
const PLACED_BY_FORMAT: ReadonlySet<string> = new Set(['model', 'messages', 'stream', 'extra_body']);

const NO_MEMBERS: Readonly<Record<string, never>> = {};

/** The parameters of a request, sorted. */
export interface AppliedParams {
  /** What goes to the provider, beside model, messages and stream. */
  readonly params: JsonObject;
  /** Members of the client's `extra_body`: merged into the provider's body last, past every rule. */
  readonly extraBody: JsonObject;
  readonly choice: ParamChoice;
}

/**
 * Decides which members of a chat request go to the provider, and under which names.
 *
 * in:     a normalized chat request, deployment defaults included.
 * out:    what the model takes, renamed and clamped by the provider's row. Members that are not parameters of OpenAI's pass as they are,
 *         except nulls and the gateway's own.
 * errors: `unsupported-params` for OpenAI parameters that the model does not take, unless `drop_params` or `allowed_openai_params` say
 *         otherwise.
 * source: LiteLLM 1.106.2, utils.py `get_optional_params`, read 2026-11-23.
 */
export function applyParams(chat: JsonObject, plan: Plan): Outcome<AppliedParams> {
  const choice = readParamChoice(chat, plan.settings);
  const rules = plan.provider.params;
  const sorted = sortMembers(chat, choice, plan);
  if (sorted.refused.length > 0 && !choice.dropParams) {
    const params = OPENAI_PARAMS.filter((name) => sorted.refused.includes(name));
    // The reference's completions route sends no type with its own refusals, and prints that.
    const type = plan.dialect === 'openai-completions' ? { type: 'None' } : {};
    return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params, ...type });
  }
  const valued = applyValueRules(sorted.supported, plan, choice.dropParams);
  if (!valued.ok) return valued;
  const sent = joinMembers(rules.set, renameParams(valued.value, rules.rename ?? NO_MEMBERS, choice.allowedOpenaiParams), sorted.free);
  const params = choice.additionalDropParams.filter(isNestedPath).reduce(dropPath, sent);
  const extraBody = withoutNames(chat['extra_body'], choice.additionalDropParams);
  return ok({ params, extraBody, choice }, valued.notes.length === 0 ? sorted.notes : [...sorted.notes, ...valued.notes]);
}

/** First what the row sets, then what the model takes, then the provider's own members. */
function joinMembers(set: JsonObject | undefined, taken: JsonObject, free: JsonObject | undefined): JsonObject {
  if (set === undefined && free === undefined) return taken;
  return { ...set, ...taken, ...free };
}

interface SortedMembers {
  readonly supported: JsonObject;
  /** Members that the row's rules do not touch: the provider's own, and those in `allowed_openai_params`. Undefined for none. */
  readonly free: JsonObject | undefined;
  readonly refused: readonly string[];
  readonly notes: readonly Note[];
}

/** Names that pass on every call of a plan, unless the call has them dropped: most members of most calls. */
const passingParams: (plan: Plan) => ReadonlySet<string> = perPlan((plan) => {
  const { drop = [] } = plan.provider.params;
  return new Set([...supportedParams(plan)].filter((name) => isOpenaiParam(name) && !PLACED_BY_FORMAT.has(name) && !drop.includes(name)));
});

/** Those of them that keep their names, whatever their values. */
export const plainParams: (plan: Plan) => ReadonlySet<string> = perPlan((plan) => {
  const { rename = NO_MEMBERS } = plan.provider.params;
  const ruled = rulesFor(plan).map(({ param }) => param);
  return new Set([...passingParams(plan)].filter((name) => !Object.hasOwn(rename, name) && !ruled.includes(name)));
});

/** Names that are dropped from every call of a plan without a refusal, unless the call says otherwise. */
export const lostParams: (plan: Plan) => ReadonlySet<string> = perPlan((plan) => {
  const { allowedOpenaiParams } = plan.settings;
  return new Set([...QUIETLY_DROPPED].filter((name) => !supportedParams(plan).has(name) && !allowedOpenaiParams.includes(name)));
});

/** The note for a dropped one. */
export function lostNote(name: string): Note {
  return { path: name, action: 'dropped', reason: 'the provider has no such parameter' };
}

function sortMembers(chat: JsonObject, choice: ParamChoice, plan: Plan): SortedMembers {
  const passing = passingParams(plan);
  const supports = supportedParams(plan);
  const { drop = [] } = plan.provider.params;
  const supported: Record<string, JsonValue> = {};
  let free: Record<string, JsonValue> | undefined;
  const refused: string[] = [];
  const notes: Note[] = [];
  for (const name in chat) {
    const value = chat[name];
    if (value === undefined || value === null || PLACED_BY_FORMAT.has(name)) continue;
    if (passing.has(name) && !choice.additionalDropParams.includes(name)) {
      supported[name] = value;
      continue;
    }
    const isChecked = isOpenaiParam(name);
    if (!isChecked && isGatewayMember(name)) continue;
    if (choice.additionalDropParams.includes(name)) {
      notes.push({ path: name, action: 'dropped', reason: 'additional_drop_params' });
    } else if (!isChecked) {
      (free ??= {})[name] = value;
    } else if (drop.includes(name) || (!supports.has(name) && isDroppedQuietly(name, value, choice))) {
      notes.push(lostNote(name));
    } else if (choice.allowedOpenaiParams.includes(name)) {
      (free ??= {})[name] = value;
    } else {
      refused.push(name);
      notes.push({ path: name, action: 'dropped', reason: 'the model does not take it' });
    }
  }
  return { supported, free, refused, notes };
}

/** Clients send `n: 1` without meaning anything by it. */
function isDroppedQuietly(name: string, value: JsonValue, choice: ParamChoice): boolean {
  return (QUIETLY_DROPPED.has(name) && !choice.allowedOpenaiParams.includes(name)) || (name === 'n' && value === 1);
}

/** A name in `allowed_openai_params` is sent beside its new name, as in the reference. */
function renameParams(params: JsonObject, names: Readonly<Record<string, string>>, allowed: readonly string[]): JsonObject {
  if (!holdsAny(params, names)) return params;
  const renamed = Object.entries(params).filter(([name]) => names[name] !== undefined);
  const others = Object.entries(params).filter(([name]) => names[name] === undefined || allowed.includes(name));
  return Object.fromEntries([...others, ...renamed.map(([name, value]) => [names[name] ?? name, value] as const)]);
}

function holdsAny(params: JsonObject, names: Readonly<Record<string, string>>): boolean {
  for (const name in names) if (Object.hasOwn(params, name)) return true;
  return false;
}

/** The model is part of the route, never a parameter. */
function withoutNames(extraBody: JsonValue | undefined, names: readonly string[]): JsonObject {
  if (!isObject(extraBody) || names.includes('extra_body')) return NO_MEMBERS;
  return Object.fromEntries(Object.entries(extraBody).filter(([name]) => name !== 'model' && !names.includes(name)));
}
