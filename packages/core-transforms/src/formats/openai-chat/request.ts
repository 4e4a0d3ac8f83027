import { endpointPerPlan } from '../../call/provider-request.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Note, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Headers } from '../../contract/wire.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import { applyParams } from '../../params/apply-params.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { perPlan } from '../../params/per-plan.ts';
import { readOption } from '../../params/read-option.ts';
import { supportedParams } from '../../params/supported-params.ts';
import { isObject } from '../../json/is-object.ts';
import { providerModel, refuseHomeless, toAddress } from '../../providers/address.ts';
import type { RequestQuirkName } from '../../providers/quirk-names.ts';
import { convertMessages, type KeptInMessages } from './convert-messages.ts';
import { dropIdleToolChoice, prepareTools } from './prepare-tools.ts';
import { isAtHome } from './quirks/home-quirks.ts';
import type { RequestQuirkFunction } from './quirks/quirk-types.ts';
import { REQUEST_QUIRKS } from './quirks/request-quirks.ts';
import { isSaid, objectsIn } from './types.ts';

const CHAT_PATH = '/chat/completions';

/**
 * A chat request → the body for an OpenAI-compatible provider.
 *
 * in:     the client's or the hub's chat request; the deployment's settings are in the plan.
 * out:    the provider's body. Members that need not change are the same values, so that a caller can tell.
 * errors: `bad-request` and `unsupported-params`, in the reference's words; `declined` if a quirk says so, and if the provider's base URL
 *         is not known (the reference would call OpenAI's host with this provider's key).
 * source: LiteLLM 1.106.2, main.py `completion` and llms/openai/chat/gpt_transformation.py, read 2026-11-23.
 */
export function toProviderBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const homeless = refuseHomeless(plan);
  if (homeless !== undefined) return homeless;
  const normalized = normalizeParams(withDefaults(chat, plan.settings.defaults), plan);
  if (!normalized.ok) return normalized;
  const request = normalized.value;
  const settled = settle(plan);
  const messages = convertMessages(request['messages'], settled.keeps);
  if (!messages.ok) return messages;
  const applied = applyParams(request, plan);
  if (!applied.ok) return applied;
  const { params, extraBody, choice } = applied.value;
  const tooled = prepareTools(params);
  if (!tooled.ok) return tooled;
  // The same object if the client chose nothing, so that what is cached for the plan still applies.
  const called: Plan = choice === plan.settings ? plan : { ...plan, settings: { ...plan.settings, ...choice } };
  const body: Record<string, JsonValue | undefined> = { model: settled.model, messages: messages.value };
  for (const name in tooled.value) body[name] = tooled.value[name];
  setStream(body, request, plan, settled);
  const quirked = applyQuirks(body, called === plan ? settled.quirks : quirksFor(called), called);
  if (!quirked.ok) return quirked;
  const notes = quirked.notes.length === 0 ? applied.notes : [...applied.notes, ...quirked.notes];
  const sent = withoutUndefined(dropIdleToolChoice(quirked.value));
  return ok(Object.keys(extraBody).length === 0 ? sent : { ...sent, ...extraBody }, notes);
}

/** What depends only on the plan, not on the request. */
export interface Settled {
  readonly model: string;
  readonly keeps: KeptInMessages;
  readonly quirks: readonly HeldQuirk[];
  readonly isNeverStreamed: boolean;
  readonly streamUsage: 'always' | 'as-asked' | 'never';
  readonly saysStreamFalse: boolean;
}

/** Computed once per plan. */
export const settle: (plan: Plan) => Settled = perPlan((plan): Settled => {
  const {
    keepsDeveloperRole,
    keepsToolImages = false,
    keepsUserParts = false,
    keepsRemoteFiles = keepsUserParts,
    keepsFilesUnnamed,
    wholeFor,
    streamUsage,
    sendsStreamFalse,
  } = plan.provider.chat ?? {};
  const developerRole = keepsDeveloperRole !== undefined && holdsFor(keepsDeveloperRole, plan);
  const unnamedFiles = keepsFilesUnnamed !== undefined && holdsFor(keepsFilesUnnamed, plan);
  return {
    model: servedModel(plan),
    keeps: { developerRole, toolImages: keepsToolImages, userParts: keepsUserParts, remoteFiles: keepsRemoteFiles, unnamedFiles },
    quirks: quirksFor(plan),
    isNeverStreamed: wholeFor !== undefined && holdsFor(wholeFor, plan),
    streamUsage: streamUsage ?? (supportedParams(plan).has('stream_options') ? usualUsage(plan) : 'never'),
    saysStreamFalse: sendsStreamFalse !== undefined && holdsFor(sendsStreamFalse, plan),
  };
});

/** Whether a streamed call is sent to the provider as a whole one. */
export function isAskedWhole(chat: JsonObject, plan: Plan): boolean {
  return plan.provider.chat?.wholeWith?.some((name) => isSaid(chat[name])) === true || settle(plan).isNeverStreamed;
}

/** URL and headers for a chat call, including the client's `extra_headers`. */
export function toEndpoint(plan: Plan, chat: JsonObject): Endpoint {
  const { chat: rules } = plan.provider;
  const isOnePath = !plan.stream || plan.provider.streamPath === undefined || rules?.wholeWith === undefined;
  const isUsual = rules?.headers === undefined && isOnePath && chat['extra_headers'] === undefined;
  return isUsual ? usualEndpoint(plan) : findEndpoint(plan, chat);
}

/** The endpoint of a call without settings of its own for it. */
const usualEndpoint = endpointPerPlan((plan) => findEndpoint(plan, {}));

function findEndpoint(plan: Plan, chat: JsonObject): Endpoint {
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

/** The client's members, including nulls, over the deployment's defaults. */
function withDefaults(chat: JsonObject, defaults: JsonObject): JsonObject {
  return Object.keys(defaults).length === 0 ? chat : { ...defaults, ...chat };
}

/**
 * Puts `stream` and `stream_options` into a body. As in the reference, usage is requested wherever possible, even if the client will not
 * see it: spend is computed from it.
 */
function setStream(body: Record<string, JsonValue | undefined>, chat: JsonObject, plan: Plan, settled: Settled): void {
  const { isNeverStreamed, streamUsage, saysStreamFalse } = settled;
  if (!plan.stream) {
    // OpenAI refuses stream options in other calls. They stay only where the reference does not use OpenAI's client.
    if (!saysStreamFalse && body['stream_options'] !== undefined) body['stream_options'] = undefined;
    if (saysStreamFalse && saysFalse(chat, plan)) body['stream'] = false;
    return;
  }
  if (!isNeverStreamed && !isAskedWhole(chat, plan)) body['stream'] = true;
  body['stream_options'] = isNeverStreamed ? undefined : streamOptions(chat['stream_options'], streamUsage);
}

function streamOptions(asked: JsonValue | undefined, usage: Settled['streamUsage']): JsonObject | undefined {
  if (!isObject(asked)) return usage === 'always' ? WITH_USAGE : undefined;
  if (usage === 'never') return undefined;
  return usage === 'as-asked' || asked['include_usage'] === true ? asked : { ...asked, include_usage: true };
}

/** The options that request a stream's usage, from which spend is computed. */
export const WITH_USAGE: JsonObject = { include_usage: true };

/** Whether usage is requested. On its completions route the reference leaves that to the client, except for some providers' own hosts. */
function usualUsage(plan: Plan): 'always' | 'as-asked' {
  if (plan.dialect !== 'openai-completions') return 'always';
  return plan.provider.chat?.countsAtHome === true && isAtHome(plan) ? 'always' : 'as-asked';
}

/**
 * Whether `stream: false` is sent. As in the reference, on the chat route unless the client sends null, on the completions route if the
 * client sends it, and never on others.
 */
function saysFalse({ stream }: JsonObject, { dialect }: Plan): boolean {
  return dialect === 'openai-chat' ? stream !== null : dialect === 'openai-completions' && stream === false;
}

/** A quirk of the plan's row whose condition is met. */
export interface HeldQuirk {
  readonly name: RequestQuirkName;
  readonly apply: RequestQuirkFunction;
  readonly unlessParts: readonly string[];
}

function quirksFor(plan: Plan): readonly HeldQuirk[] {
  return (plan.provider.chat?.request ?? []).flatMap((quirk) => {
    const { name, when, unlessParts = [] } = typeof quirk === 'string' ? { name: quirk, when: undefined } : quirk;
    return holdsFor(when, plan) ? [{ name, apply: REQUEST_QUIRKS[name], unlessParts }] : [];
  });
}

function applyQuirks(body: JsonObject, quirks: readonly HeldQuirk[], plan: Plan): Outcome<JsonObject> {
  let notes: readonly Note[] = NO_NOTES;
  let current = body;
  for (const { apply, unlessParts } of quirks) {
    if (unlessParts.length > 0 && holdsParts(current, unlessParts)) continue;
    const outcome = apply(current, plan);
    if (!outcome.ok) return outcome;
    current = outcome.value;
    if (outcome.notes.length > 0) notes = [...notes, ...outcome.notes];
  }
  return ok(current, notes);
}

const NO_NOTES: readonly Note[] = [];

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
