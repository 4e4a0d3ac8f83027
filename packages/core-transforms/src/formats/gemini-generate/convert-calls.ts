import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { needsMedia } from '../../media/needs-media.ts';
import { SIGNATURE_SEPARATOR } from '../../params/plain-call-ids.ts';
import { isNewGeneration } from '../../providers/gemini-rules.ts';
import { readImage, toInlineData } from './convert-media.ts';
import { badRequest } from './errors.ts';
import { invocationsOf } from './invocations.ts';
import { objectIn, objectsIn, readString, type Part } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The provider's own placeholder for a missing signature, for models that sign (base64). */
const NO_SIGNATURE = 'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=';

/**
 * The calls of an assistant's message → parts, each with the signature of the thought behind it if known.
 *
 * errors: `bad-request` for arguments that are not JSON.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `convert_to_gemini_tool_call_invoke`, read 2026-11-26.
 */
export function toCallParts(message: JsonObject, plan: Plan, path: string): Outcome<readonly Part[]> {
  const signs = isNewGeneration(plan.model);
  const old = message['tool_calls'] === undefined ? objectsIn([message['function_call'] ?? null]) : [];
  const calls: readonly JsonObject[] = [
    ...objectsIn(message['tool_calls']).filter((call) => isObject(call['function'])),
    ...old.map((definition) => ({ function: definition })),
  ];
  const parts: Part[] = [];
  for (const [index, call] of calls.entries()) {
    const definition = objectIn(call, 'function');
    const args = readArguments(definition['arguments']);
    if (args === undefined) return badRequest(`${path}.tool_calls[${index}]`, 'the arguments of a call must be JSON');
    const id = signs ? bareId(call['id']) : undefined;
    // Of several calls the provider only signs the first.
    const signature = signatureOf(call) ?? (signs && index === 0 ? NO_SIGNATURE : undefined);
    parts.push({
      function_call: { name: readString(definition, 'name') ?? '', args, ...(id !== undefined && { id }) },
      ...(signature !== undefined && { thoughtSignature: signature }),
    });
  }
  return ok(parts);
}

/** The signatures of the thoughts behind a message's calls, including those to the provider's own tools. */
export function signaturesOfCalls(message: JsonObject): ReadonlySet<string> {
  const calls = [...objectsIn(message['tool_calls']), ...objectsIn([{ function: message['function_call'] ?? null }])];
  const ran = invocationsOf(message).flatMap((one) => [
    readString(one, 'thought_signature'),
    readString(one, 'response_thought_signature'),
  ]);
  return new Set([...calls.map(signatureOf), ...ran].filter((signature) => signature !== undefined));
}

/**
 * A message with a tool's result → a part.
 *
 * in:     role `tool` or `function`; the assistant's message whose calls are being answered.
 * errors: `bad-request` if the tool cannot be determined; `declined` for an image that has to be fetched.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `convert_to_gemini_tool_call_result`, read 2026-11-26.
 */
export function toResultPart(message: JsonObject, calling: JsonObject | undefined, plan: Plan, path: string): Outcome<Part> {
  const callId = readString(message, 'tool_call_id');
  const call = objectsIn(calling?.['tool_calls']).findLast((one) => callId !== undefined && callId !== '' && one['id'] === callId);
  const name = (call === undefined ? undefined : readString(objectIn(call, 'function'), 'name')) ?? readString(message, 'name') ?? '';
  if (name === '') return badRequest(path, 'Missing corresponding tool call for tool response message');
  const read = readResult(message['content'], path);
  if (!read.ok) return read;
  const { text, media } = read.value;
  const id = isNewGeneration(plan.model) ? bareId(callId) : undefined;
  return ok({
    function_response: {
      name,
      response: toResponse(text),
      ...(id !== undefined && { id }),
      ...(media.length > 0 && { parts: media.map((inline) => ({ inline_data: inline })) }),
    },
  });
}

interface ReadResult {
  readonly text: string;
  readonly media: readonly JsonObject[];
}

function readResult(content: JsonValue | undefined, path: string): Outcome<ReadResult> {
  if (typeof content === 'string') {
    const image = /^data:image\//iu.test(content) ? toInlineData({ url: content }) : undefined;
    if (image === undefined) return ok({ text: content, media: [] });
    return ok({ text: '', media: [{ ...image, mime_type: String(image['mime_type']).split(';')[0]?.trim() ?? '' }] });
  }
  let text = '';
  const media: JsonObject[] = [];
  for (const part of objectsIn(content)) {
    if (part['type'] === 'text') text += readString(part, 'text') ?? '';
    const url = urlIn(part);
    if (url?.startsWith('http') === true) return needsMedia(path, [url]);
    const inline = url === undefined ? toAnthropicInline(part) : toInlineData({ url });
    if (inline !== undefined) media.push(inline);
  }
  return ok({ text, media });
}

/** The URL of an image or a file in a part of a result. */
function urlIn(part: JsonObject): string | undefined {
  const { type, file } = part;
  if (type === 'input_image' || type === 'image_url') return readImage(part['image_url'])?.url;
  if (type !== 'file' && type !== 'input_file') return undefined;
  return readString(part, 'file_data') ?? (isObject(file) ? readString(file, 'file_data') : readString(part, 'file'));
}

function toAnthropicInline(part: JsonObject): JsonObject | undefined {
  const source = objectIn(part, 'source');
  if (part['type'] !== 'image' || source['type'] !== 'base64') return undefined;
  return { data: source['data'] ?? '', mime_type: source['media_type'] ?? 'image/jpeg' };
}

/** A result as an object, which the provider requires; one that is a JSON object already is used unchanged. */
function toResponse(text: string): JsonObject {
  const value = /^\s*[{[]/u.test(text) ? parseJson(text) : undefined;
  return isObject(value) ? value : { content: text };
}

function readArguments(given: JsonValue | undefined): JsonValue | undefined {
  if (given === undefined || given === null || given === '') return { type: 'object' };
  return typeof given === 'string' ? parseJson(given) : given;
}

function signatureOf(call: JsonObject): string | undefined {
  const definition = objectIn(call, 'function');
  const said = [call, definition].map((holder) => readString(objectIn(holder, 'provider_specific_fields'), 'thought_signature'));
  const [, ...packed] = (readString(call, 'id') ?? '').split(SIGNATURE_SEPARATOR);
  return (
    said.find((signature) => signature !== undefined && signature !== '') ??
    (packed.length > 0 ? packed.join(SIGNATURE_SEPARATOR) : undefined)
  );
}

/** An id without the signature that was packed into it. */
function bareId(id: JsonValue | undefined): string | undefined {
  const [bare = ''] = typeof id === 'string' ? id.split(SIGNATURE_SEPARATOR) : [];
  return bare === '' ? undefined : bare;
}
