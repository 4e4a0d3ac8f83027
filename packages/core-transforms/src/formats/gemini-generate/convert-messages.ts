import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { signaturesOfCalls, toCallParts, toResultPart } from './convert-calls.ts';
import { readImage, toMediaPart } from './convert-media.ts';
import { toUserParts } from './convert-user.ts';
import { badRequest } from './errors.ts';
import { toInvocationParts } from './invocations.ts';
import { isArray, objectIn, objectsIn, readString, type Content, type Part } from './types.ts';

/** A converted conversation. */
export interface Conversation {
  readonly system: readonly Part[];
  readonly contents: readonly Content[];
}

/** The provider refuses a request without contents, and a user's turn without text. */
const BLANK: Part = { text: ' ' };

/**
 * Tidied messages → the provider's system instruction and contents: consecutive messages of one side form one content, tool results one of
 * their own.
 *
 * in:     messages with a role each; whether the model accepts a system instruction (otherwise it becomes a user turn).
 * errors: `bad-request` for an unknown role, and for parts that cannot be converted; `declined` for media that has to be fetched.
 * source: LiteLLM 1.106.2, gemini/transformation.py `gemini_convert_messages_with_history`, read 2026-11-26.
 */
export function convertMessages(messages: readonly JsonObject[], plan: Plan, takesSystem: boolean): Outcome<Conversation> {
  const system = takesSystem ? messages.flatMap(toSystemPart) : [];
  const said = takesSystem ? messages.filter((message) => toSystemPart(message).length === 0) : messages;
  const turns = said.length === 0 && system.length > 0 ? [{ role: 'user', content: '.' }] : said;
  const contents = toContents(turns, plan);
  if (!contents.ok) return contents;
  return ok({ system, contents: contents.value.length > 0 ? contents.value : [{ role: 'user', parts: [BLANK] }] });
}

type Side = 'user' | 'model' | 'tool';

function toContents(messages: readonly JsonObject[], plan: Plan): Outcome<readonly Content[]> {
  const contents: Content[] = [];
  let parts: Part[] = [];
  let open: Side | undefined;
  let calling: JsonObject | undefined;
  const close = (): void => {
    if (open === 'user' && parts.length > 0 && !parts.some((part) => part['text'] !== undefined)) parts.push(BLANK);
    if (open !== undefined && parts.length > 0) contents.push({ role: open === 'model' ? 'model' : 'user', parts });
    parts = [];
  };
  for (const [index, message] of messages.entries()) {
    const side = sideOf(message);
    const path = `messages[${index}]`;
    if (side === undefined) return badRequest(`${path}.role`, `Invalid Message passed in - ${JSON.stringify(message)}`);
    if (side !== open) close();
    open = side;
    const converted = toParts(message, side, { before: parts, calling, path }, plan);
    if (!converted.ok) return converted;
    parts.push(...converted.value);
    if (side === 'model' && (objectsIn(message['tool_calls']).length > 0 || message['function_call'] !== undefined)) calling = message;
  }
  close();
  return ok(contents);
}

/** Where a message is in its conversation. */
interface Position {
  /** The parts before it in the same turn. */
  readonly before: readonly Part[];
  /** The last message with calls, to which a tool's result belongs. */
  readonly calling: JsonObject | undefined;
  readonly path: string;
}

function toParts(message: JsonObject, side: Side, { before, calling, path }: Position, plan: Plan): Outcome<readonly Part[]> {
  if (side === 'user') return toUserParts(message['content'], plan, path);
  if (side === 'model') return toModelParts(message, before, plan, path);
  const result = toResultPart(message, calling, plan, path);
  return result.ok ? ok([result.value]) : result;
}

function sideOf({ role }: JsonObject): Side | undefined {
  if (role === 'user' || role === 'system') return 'user';
  if (role === 'assistant') return 'model';
  return role === 'tool' || role === 'function' ? 'tool' : undefined;
}

/** A system message's text as a part; empty for other messages. */
function toSystemPart({ role, content }: JsonObject): readonly Part[] {
  if (role !== 'system') return [];
  if (typeof content === 'string') return [{ text: content }];
  if (!isArray(content)) return [];
  return [
    {
      text: objectsIn(content)
        .map((part) => readString(part, 'text') ?? '')
        .join(''),
    },
  ];
}

/** A model turn's parts, in this order: thinking, text, images, calls, the activity of the provider's own tools. */
function toModelParts(message: JsonObject, before: readonly Part[], plan: Plan, path: string): Outcome<readonly Part[]> {
  const thought = readString(message, 'reasoning_content');
  const images = toImageParts(message['images'], plan, path);
  if (!images.ok) return images;
  const calls = toCallParts(message, plan, path);
  if (!calls.ok) return calls;
  const parts: Part[] = [...(thought === undefined ? [] : [{ thought: true, text: thought }]), ...toTextParts(message), ...images.value];
  // A call that the history repeats within one turn is sent once.
  const known = new Set([...before, ...parts].map((part) => JSON.stringify(part['function_call'])));
  for (const call of calls.value) {
    const key = JSON.stringify(call['function_call']);
    if (!known.has(key)) parts.push(call);
    known.add(key);
  }
  return ok([...parts, ...toInvocationParts(message)]);
}

/** Text with its signature, unless one of the calls has the same one: the provider charges for every copy. */
function toTextParts(message: JsonObject): readonly Part[] {
  const { content } = message;
  if (typeof content !== 'string') {
    return objectsIn(content).flatMap((part) => (part['type'] === 'text' ? [{ text: part['text'] ?? '' }] : []));
  }
  const signatures: JsonValue | undefined = objectIn(message, 'provider_specific_fields')['thought_signatures'];
  const [signature] = isArray(signatures) ? signatures : [];
  const isOwn = typeof signature === 'string' && !signaturesOfCalls(message).has(signature);
  return [{ text: content, ...(isOwn && { thoughtSignature: signature }) }];
}

function toImageParts(images: JsonValue | undefined, plan: Plan, path: string): Outcome<readonly Part[]> {
  const parts: Part[] = [];
  for (const [index, { image_url: given }] of objectsIn(images).entries()) {
    const image = typeof given === 'string' ? undefined : readImage(given);
    if (image === undefined || image.url === '') continue;
    const part = toMediaPart(image, plan, `${path}.images[${index}]`);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return ok(parts);
}
