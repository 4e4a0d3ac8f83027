import type { JsonObject } from '../../../contract/json.ts';
import type { Plan } from '../../../contract/plan.ts';
import { isObject } from '../../../json/is-object.ts';
import type { ChunkQuirkName } from '../../../providers/quirk-names.ts';
import { summaryParts, thinkingPartsOfDelta } from './content-parts.ts';
import { objectsOf, withList, without } from './edit-body.ts';
import type { ChunkQuirkFunction } from './quirk-types.ts';
import { askedSchema } from './tool-quirks.ts';
import { foldReasoningTokens } from './usage-quirks.ts';

/** A quirk that edits one delta at a time; the same chunk if no delta changed. */
function perDelta(edit: (delta: JsonObject, plan: Plan) => JsonObject): ChunkQuirkFunction {
  return (chunk, _chat, plan) => {
    const deltas = objectsOf(chunk['choices']).map((choice) => choice['delta']);
    if (deltas.every((delta) => !isObject(delta) || edit(delta, plan) === delta)) return chunk;
    return withList(chunk, 'choices', (choice) => (isObject(choice['delta']) ? { ...choice, delta: edit(choice['delta'], plan) } : choice));
  };
}

/** The function of each chunk quirk; what it does is documented at its name in provider-row.ts. */
export const CHUNK_QUIRKS: Readonly<Record<ChunkQuirkName, ChunkQuirkFunction>> = {
  'chunks-made-anew': (chunk, chat, plan) => withoutRole(without(chunk, ['id']), chat, plan),
  'reasoning-as-reasoning-content': perDelta((delta) => {
    if (!('reasoning' in delta)) return delta;
    const { reasoning = null, ...rest } = delta;
    return { ...rest, reasoning_content: reasoning };
  }),
  'reasoning-beside-reasoning-content': perDelta((delta) =>
    'reasoning' in delta ? { ...delta, reasoning_content: delta['reasoning'] ?? null } : delta,
  ),
  'thinking-parts': perDelta((delta, plan) => thinkingPartsOfDelta(delta, plan.provider.id)),
  'summary-parts': perDelta(summaryParts),
  'schema-call-as-answer': (chunk, chat) =>
    askedSchema(chat['response_format']) === undefined ? chunk : withList(chunk, 'choices', schemaAnswer),
  'empty-arguments-as-text': perDelta((delta) =>
    objectsOf(delta['tool_calls']).some(callsWithNothing) ? withList(delta, 'tool_calls', withoutEmptyArguments) : delta,
  ),
  'drop-service-tier': (chunk) => without(chunk, ['service_tier']),
  'drop-system-fingerprint': (chunk) => without(chunk, ['system_fingerprint']),
  'fold-reasoning-tokens': (chunk) => foldReasoningTokens(chunk),
};

/** A role is no content: the first piece with content gets one. */
const withoutRole = perDelta(({ role: _role, ...delta }) =>
  Array.isArray(delta['tool_calls']) && typeof delta['content'] !== 'string' ? { ...delta, content: '' } : delta,
);

function schemaAnswer(choice: JsonObject): JsonObject {
  const delta = choice['delta'];
  const ended = choice['finish_reason'] === 'tool_calls' ? { ...choice, finish_reason: 'stop' } : choice;
  if (!isObject(delta) || !Array.isArray(delta['tool_calls'])) return ended;
  const { tool_calls: calls, ...rest } = delta;
  const pieces = objectsOf(calls).map((call) => (isObject(call['function']) ? call['function']['arguments'] : undefined));
  return { ...ended, delta: { ...rest, content: pieces.filter((piece) => typeof piece === 'string').join('') } };
}

function callsWithNothing(call: JsonObject): boolean {
  return isObject(call['function']) && call['function']['arguments'] === '{}';
}

function withoutEmptyArguments(call: JsonObject): JsonObject {
  return isObject(call['function']) && callsWithNothing(call) ? { ...call, function: { ...call['function'], arguments: '' } } : call;
}
