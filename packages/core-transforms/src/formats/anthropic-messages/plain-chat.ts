import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Success } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { plainParams } from '../../params/apply-params.ts';
import { isCut } from '../../params/normalize-params.ts';
import { perPlan } from '../../params/per-plan.ts';
import type { Conversation } from './convert-messages.ts';
import { SAMPLING, setSimple, takesSampling } from './map-params.ts';
import { tokensMax } from './request.ts';
import { isArray, type Block, type Turn } from './types.ts';

/** Parameters that are read here, or that the provider has no use for. */
const READ: readonly string[] = ['max_completion_tokens', 'max_tokens', 'stop', 'stream_options', 'user'];
const PLACED: readonly string[] = ['messages', 'model', 'stream'];

/** What a plan implies for calls of texts only. */
interface PlainCalls {
  /** The members that a call may have; empty if the plan changes something in every call. */
  readonly members: ReadonlySet<string>;
  readonly maxTokens: number;
}

/**
 * A shortcut for most calls: the body of a chat request with nothing but texts in the usual roles, and the parameters read here.
 *
 * out:  the same as `toMessagesBody`; undefined for every other request.
 * cost: a quarter of the general way.
 */
export function plainMessagesBody(chat: JsonObject, plan: Plan): Success<JsonObject> | undefined {
  const { maxTokens, members } = plainCalls(plan);
  for (const name in chat) if (chat[name] === null || !members.has(name)) return undefined;
  const { messages, stop, temperature, top_p: topP } = chat;
  const conversation = isCut(stop) ? undefined : toConversation(messages);
  if (conversation === undefined) return undefined;
  const { system, turns } = conversation;
  const body: Record<string, JsonValue | undefined> = { model: plan.model, max_tokens: maxTokens };
  setSimple(body, chat, plan);
  if (temperature !== undefined) body['temperature'] = temperature;
  if (topP !== undefined) body['top_p'] = topP;
  if (system.length > 0) body['system'] = system;
  body['messages'] = turns;
  if (plan.stream) body['stream'] = true;
  return ok(body);
}

const plainCalls = perPlan((plan): PlainCalls => {
  const { additionalDropParams, defaults } = plan.settings;
  const isAsIs = additionalDropParams.length === 0 && Object.keys(defaults).length === 0 && plan.provider.params.set === undefined;
  const names = takesSampling(plan) ? [...READ, ...SAMPLING] : READ;
  const params = names.filter((name) => plainParams(plan).has(name));
  return { members: new Set(isAsIs ? [...PLACED, ...params] : []), maxTokens: tokensMax(plan) };
});

/** Undefined if some content is not a text, or if a text has to change: a blank one, or one for the assistant to continue. */
function toConversation(messages: JsonValue | undefined): Conversation | undefined {
  if (!isArray(messages)) return undefined;
  const system: Block[] = [];
  const turns: Turn[] = [];
  let side: JsonValue | undefined = 'system';
  let blocks = system;
  for (const message of messages) {
    const block = isObject(message) ? toBlock(message) : undefined;
    if (block === undefined || !isObject(message)) return undefined;
    const { role } = message;
    if (role === side) {
      blocks.push(block);
      continue;
    }
    if (role !== 'user' && role !== 'assistant') return undefined;
    side = role;
    blocks = [block];
    turns.push({ role, content: blocks });
  }
  return side === 'user' ? { system, turns } : undefined;
}

function toBlock(message: JsonObject): Block | undefined {
  for (const name in message) if (name !== 'role' && name !== 'content') return undefined;
  const { content } = message;
  return typeof content === 'string' && content.trim() !== '' ? { type: 'text', text: content } : undefined;
}
