import type { JsonObject } from '../../contract/json.ts';
import { ok, type Note, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Headers } from '../../contract/wire.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import { applyParams } from '../../params/apply-params.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { readOption } from '../../params/read-option.ts';
import { supportedParams } from '../../params/supported-params.ts';
import { isObject } from '../../json/is-object.ts';
import { providerModel, refuseHomeless, toAddress } from '../../providers/address.ts';
import type { RequestQuirk } from '../../providers/provider-row.ts';
import { convertMessages } from './convert-messages.ts';
import { dropIdleToolChoice, prepareTools } from './prepare-tools.ts';
import { isAtHome } from './quirks/home-quirks.ts';
import { REQUEST_QUIRKS } from './quirks/request-quirks.ts';
import { isSaid, objectsIn } from './types.ts';

const CHAT_PATH = '/chat/completions';

/**
 * A chat request → the body for a provider of the OpenAI family.
 *
 * in:     the client's or the hub's chat request; what the deployment sets beside it stands in the plan.
 * out:    the provider's body. Members that nothing had to change are the very same values, so that a caller can tell.
 * errors: `bad-request` and `unsupported-params`, in the reference's words; `declined` where a quirk says so, and when nobody
 *         said where the provider lives (the reference would ask OpenAI's host, with this provider's key).
 * source: LiteLLM 1.106.2, main.py `completion` and llms/openai/chat/gpt_transformation.py, read 2026-11-23.
 */
export function toProviderBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const homeless = refuseHomeless(plan);
  if (homeless !== undefined) return homeless;
  const normalized = normalizeParams(withDefaults(chat, plan.settings.defaults));
  if (!normalized.ok) return normalized;
  const request = normalized.value;
  const { keepsDeveloperRole, keepsToolImages = false } = plan.provider.chat ?? {};
  const developerRole = keepsDeveloperRole !== undefined && holdsFor(keepsDeveloperRole, plan);
  const messages = convertMessages(request['messages'], { developerRole, toolImages: keepsToolImages });
  if (!messages.ok) return messages;
  const applied = applyParams(request, plan);
  if (!applied.ok) return applied;
  const { params, extraBody, choice } = applied.value;
  const tooled = prepareTools(params);
  if (!tooled.ok) return tooled;
  // The very same plan where the client chose nothing: what is known of it need not be found out again.
  const called: Plan = choice === plan.settings ? plan : { ...plan, settings: { ...plan.settings, ...choice } };
  const body = { model: servedModel(plan), messages: messages.value, ...tooled.value, ...streamMembers(request, plan) };
  const quirked = applyQuirks(body, plan.provider.chat?.request ?? [], called);
  if (!quirked.ok) return quirked;
  const notes = [...applied.notes, ...quirked.notes];
  return ok({ ...withoutUndefined(dropIdleToolChoice(quirked.value)), ...extraBody }, notes);
}

/** Whether a call that its client wants streamed is asked for whole. */
export function isAskedWhole(chat: JsonObject, plan: Plan): boolean {
  return plan.provider.chat?.wholeWith?.some((name) => isSaid(chat[name])) === true || cannotStream(plan);
}

function cannotStream(plan: Plan): boolean {
  const { wholeFor } = plan.provider.chat ?? {};
  return wholeFor !== undefined && holdsFor(wholeFor, plan);
}

/** Where a chat call goes. A client's `extra_headers` go along. */
export function toEndpoint(plan: Plan, chat: JsonObject): Endpoint {
  const { provider, settings } = plan;
  const organization = settings.options['organization'];
  const headers = typeof organization === 'string' ? { 'openai-organization': organization } : {};
  const path = provider.path ?? CHAT_PATH;
  const address = toAddress(plan, plan.stream && !isAskedWhole(chat, plan) ? (provider.streamPath ?? path) : path);
  return { ...address, headers: { ...provider.headers, ...headers, ...memberHeaders(plan, chat), ...readExtraHeaders(chat) } };
}

function servedModel(plan: Plan): string {
  const { modelOption } = plan.provider.chat ?? {};
  return (modelOption === undefined ? undefined : readOption(plan, modelOption)) ?? providerModel(plan);
}

function memberHeaders({ provider, settings }: Plan, chat: JsonObject): Headers {
  const named = Object.entries(provider.chat?.headers ?? {}).map(([header, member]) => [header, chat[member] ?? settings.defaults[member]]);
  return Object.fromEntries(named.filter(([, value]) => typeof value === 'string'));
}

/** What the client sets, a null included, wins over what the deployment sets. */
function withDefaults(chat: JsonObject, defaults: JsonObject): JsonObject {
  return Object.keys(defaults).length === 0 ? chat : { ...defaults, ...chat };
}

/**
 * `stream` and `stream_options`. The reference asks for usage wherever it can, whether or not the client will see it: it is
 * what spend is counted from.
 */
function streamMembers(chat: JsonObject, plan: Plan): JsonObject {
  const rules = plan.provider.chat ?? {};
  if (!plan.stream) return saysFalse(chat, plan) ? { stream: false } : {};
  if (cannotStream(plan)) return { stream_options: undefined };
  const asked = chat['stream_options'];
  const usage = rules.streamUsage ?? (supportedParams(plan).has('stream_options') ? usualUsage(plan) : 'never');
  const options: Record<string, JsonObject | undefined> = {
    always: { ...(isObject(asked) ? asked : {}), include_usage: true },
    'as-asked': isObject(asked) ? asked : undefined,
    never: undefined,
  };
  const wanted = isObject(asked) && asked['include_usage'] === true && usage !== 'never' ? asked : options[usage];
  return { ...(!isAskedWhole(chat, plan) && { stream: true }), stream_options: wanted };
}

/** On its route for prompts the reference leaves it to the client, but for calls to some providers' own hosts. */
function usualUsage(plan: Plan): 'always' | 'as-asked' {
  if (plan.dialect !== 'openai-completions') return 'always';
  return plan.provider.chat?.countsAtHome === true && isAtHome(plan) ? 'always' : 'as-asked';
}

/**
 * Its chat route says `stream: false` to the reference's own client unless the caller says `null`, its route for prompts where the
 * caller does; others leave it out.
 */
function saysFalse({ stream }: JsonObject, plan: Plan): boolean {
  const { sendsStreamFalse: says } = plan.provider.chat ?? {};
  const said = plan.dialect === 'openai-chat' ? stream !== null : plan.dialect === 'openai-completions' && stream === false;
  return said && says !== undefined && holdsFor(says, plan);
}

function applyQuirks(body: JsonObject, quirks: readonly RequestQuirk[], plan: Plan): Outcome<JsonObject> {
  const notes: Note[] = [];
  let current = body;
  for (const quirk of quirks) {
    const { name, when, unlessParts = [] } = typeof quirk === 'string' ? { name: quirk, when: undefined } : quirk;
    if (!holdsFor(when, plan) || (unlessParts.length > 0 && holdsParts(current, unlessParts))) continue;
    const outcome = REQUEST_QUIRKS[name](current, plan);
    if (!outcome.ok) return outcome;
    current = outcome.value;
    notes.push(...outcome.notes);
  }
  return ok(current, notes);
}

function holdsParts({ messages }: JsonObject, types: readonly string[]): boolean {
  const parts = objectsIn(messages).flatMap((message) => objectsIn(message['content']));
  return parts.some(({ type }) => typeof type === 'string' && types.includes(type));
}

function withoutUndefined(object: JsonObject): JsonObject {
  for (const name in object) {
    if (object[name] === undefined) return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
  }
  return object;
}
