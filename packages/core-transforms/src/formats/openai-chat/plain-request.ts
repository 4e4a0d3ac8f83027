import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Note, type Success } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { MemberEdit } from '../../json/edit-members.ts';
import { isObject } from '../../json/is-object.ts';
import { lostNote, lostParams, plainParams } from '../../params/apply-params.ts';
import { isCut } from '../../params/normalize-params.ts';
import { perPlan } from '../../params/per-plan.ts';
import { refuseHomeless } from '../../providers/address.ts';
import type { RequestQuirkName } from '../../providers/quirk-names.ts';
import { settle, WITH_USAGE } from './request.ts';
import { isSaid } from './types.ts';

/** Roles whose text messages are passed on unchanged. */
const PLAIN_ROLES: ReadonlySet<JsonValue | undefined> = new Set(['assistant', 'system', 'user']);

/** Parameters with more rules than whether the model accepts them. */
const READ_PARAMS: ReadonlySet<string> = new Set([
  'extra_headers',
  'function_call',
  'functions',
  'response_format',
  'stream_options',
  'thinking',
  'tool_choice',
  'tools',
  'web_search_options',
]);

/**
 * Quirks that cannot apply to a request of plain texts: those about tools, parts and members that it does not have, and about the
 * parameters above.
 */
const QUIRKS_OF_OTHERS: ReadonlySet<RequestQuirkName> = new Set([
  'bare-tool-calls',
  'cache-control-on-last-part',
  'cache-control-on-said-part',
  'custom-tools-as-functions',
  'drop-cache-control',
  'drop-cache-control-at-home',
  'drop-empty-tools',
  'drop-message-cache-control',
  'drop-null-members',
  'drop-provider-fields',
  'drop-provider-fields-of-calls',
  'drop-reasoning-content',
  'drop-response-format',
  'drop-response-format-beside-tools',
  'drop-schema-references',
  'drop-thinking-blocks',
  'drop-tool-choice',
  'drop-tool-choice-objects',
  'drop-tool-strict',
  'drop-web-search',
  'file-ids-on-parts',
  'flat-tool-schemas',
  'flat-tool-schemas-at-home',
  'flatten-text-content',
  'flatten-unless-files',
  'function-tools-only',
  'inline-legacy-definitions',
  'json-schema-as-tool',
  'json-schema-or-tools',
  'known-patterns-only',
  'loosen-tool-schemas',
  'names-on-tools-only',
  'names-on-users-only',
  'plain-function-tools',
  'refuse-file-parts',
  'refuse-image-parts',
  'schema-or-no-format',
  'single-text-part-as-text',
  'split-parallel-tool-calls',
  'tool-content-as-string',
  'tool-images-to-user',
  'tool-results-as-json',
  'video-files-as-urls',
  'web-search-as-browser-tool',
  'wrap-bare-json-schema',
]);

/** What a plan implies for calls in which only the model changes. */
interface PlainCalls {
  readonly model: string;
  /** Parameters that are passed on unchanged, whatever their values. */
  readonly params: ReadonlySet<string>;
  /** The model's edit comes first. Undefined if the plan changes something in every call. */
  readonly edits: readonly MemberEdit[] | undefined;
}

/**
 * A shortcut for most calls: the edits of a request that needs no checks, with only texts in the usual roles, and parameters that are
 * passed on unchanged.
 *
 * out:  the same as `editsBetween` the request and `toProviderBody`; undefined for every other request.
 * cost: a tenth of the general way, member by member.
 */
export function plainEdits(chat: JsonObject, plan: Plan): readonly MemberEdit[] | undefined {
  const { edits, model, params } = plainCalls(plan);
  if (edits === undefined || !isOfTexts(chat, plan)) return undefined;
  for (const name in chat) if (params.has(name) ? chat[name] === null : !PLACED.has(name)) return undefined;
  return chat['model'] === model ? edits.slice(1) : edits;
}

/**
 * The body of such a request without a text to edit, because it came in another dialect.
 *
 * out: the same as `toProviderBody`; undefined for every other request.
 */
export function plainBody(chat: JsonObject, plan: Plan): Success<JsonObject> | undefined {
  const { edits, model, params } = plainCalls(plan);
  if (edits === undefined || !isOfTexts(chat, plan)) return undefined;
  const body: Record<string, JsonValue | undefined> = { model, messages: chat['messages'] };
  let notes: readonly Note[] = NO_NOTES;
  for (const name in chat) {
    const value = chat[name];
    if (!isSaid(value)) return undefined;
    if (params.has(name)) body[name] = value;
    else if (lostParams(plan).has(name)) notes = [...notes, lostNote(name)];
    // One of the gateway's own members, as others are too; but this one is in nearly every messages request.
    else if (!PLACED.has(name) && name !== 'metadata') return undefined;
  }
  if (plan.stream) body['stream'] = true;
  for (const edit of edits) if ('set' in edit && edit.name !== 'model') body[edit.name] = edit.set;
  return ok(body, notes);
}

const NO_NOTES: readonly Note[] = [];

function isOfTexts({ messages, stop, stream }: JsonObject, plan: Plan): boolean {
  const saysHow = stream === undefined ? !plan.stream : stream === true && plan.stream;
  return saysHow && !isCut(stop) && areTexts(messages);
}

const PLACED: ReadonlySet<string> = new Set(['messages', 'model', 'stream']);

function areTexts(messages: JsonValue | undefined): boolean {
  if (!Array.isArray(messages)) return false;
  for (const message of messages as readonly JsonValue[]) {
    if (!isObject(message) || !PLAIN_ROLES.has(message['role']) || typeof message['content'] !== 'string') return false;
    for (const name in message) if (name !== 'role' && name !== 'content') return false;
  }
  return true;
}

const plainCalls = perPlan((plan): PlainCalls => {
  const { model, saysStreamFalse, streamUsage } = settle(plan);
  const { wholeWith = [] } = plan.provider.chat ?? {};
  const names = [...plainParams(plan)].filter((name) => !READ_PARAMS.has(name) && !wholeWith.includes(name));
  const edits: MemberEdit[] = [{ name: 'model', set: model }];
  if (saysStreamFalse && !plan.stream && plan.dialect === 'openai-chat') edits.push({ name: 'stream', set: false });
  if (streamUsage === 'always' && plan.stream) edits.push({ name: 'stream_options', set: WITH_USAGE });
  return { model, params: new Set(names), edits: changesNothing(plan) ? edits : undefined };
});

/** Whether a plan neither adds members to a request nor removes any. */
function changesNothing(plan: Plan): boolean {
  const { isNeverStreamed, quirks } = settle(plan);
  const { additionalDropParams, defaults } = plan.settings;
  return (
    quirks.every(({ name }) => QUIRKS_OF_OTHERS.has(name)) &&
    !isNeverStreamed &&
    plan.provider.params.set === undefined &&
    additionalDropParams.length === 0 &&
    Object.keys(defaults).length === 0 &&
    refuseHomeless(plan) === undefined
  );
}
