import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isSaid, objectIn, objectsIn, type Part } from './types.ts';

/**
 * The activity of the provider's own tools for an answer, by the reference's names: each call with its result, then results without a call.
 *
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `_extract_server_side_tool_invocations`, read 2026-11-26.
 */
export function readInvocations(parts: readonly Part[]): readonly JsonObject[] {
  const calls = parts.filter((part) => part['toolCall'] !== undefined);
  const answers = parts.filter((part) => part['toolResponse'] !== undefined);
  const called = calls.map((part) => {
    const { toolType = null, id = null, args = null } = objectIn(part, 'toolCall');
    const answer = answers.find((one) => idOf(one, 'toolResponse') === id);
    return {
      tool_type: toolType,
      id,
      args,
      ...signature(part, 'thought_signature'),
      ...(answer !== undefined && { response: objectIn(answer, 'toolResponse')['response'] ?? null }),
      ...(answer !== undefined && signature(answer, 'response_thought_signature')),
    };
  });
  const orphans = answers.filter((one) => !calls.some((call) => idOf(call, 'toolCall') === idOf(one, 'toolResponse')));
  return [...called, ...orphans.map(toOrphan)];
}

/** The same from an earlier answer → the provider's parts, unchanged. */
export function toInvocationParts(message: JsonObject): readonly Part[] {
  return invocationsOf(message).flatMap((one): readonly Part[] => {
    const { tool_type: toolType = null, id = null, args = null, response } = one;
    const call: Part = { toolCall: { toolType, id, args }, ...signed(one['thought_signature']) };
    if (response === undefined) return [call];
    const told = { id, response, ...(toolType !== null && toolType !== '' && { toolType }) };
    return [call, { toolResponse: told, ...signed(one['response_thought_signature']) }];
  });
}

/** The recorded activity in a message of the history. */
export function invocationsOf(message: JsonObject): readonly JsonObject[] {
  return objectsIn(objectIn(message, 'provider_specific_fields')['server_side_tool_invocations']);
}

function toOrphan(part: Part): JsonObject {
  const { toolType = null, id = null, response = null } = objectIn(part, 'toolResponse');
  const signatures = { ...signature(part, 'thought_signature'), ...signature(part, 'response_thought_signature') };
  return { id, tool_type: toolType, response, ...signatures };
}

function idOf(part: Part, name: string): JsonValue {
  return objectIn(part, name)['id'] ?? null;
}

function signature({ thoughtSignature: given }: Part, name: string): JsonObject {
  return isSaid(given) ? { [name]: given } : {};
}

function signed(given: JsonValue | undefined): Part {
  return given === undefined ? {} : { thoughtSignature: given };
}
