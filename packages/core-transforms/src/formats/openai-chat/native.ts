import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { findSpans } from '../../json/find-spans.ts';
import { isObject } from '../../json/is-object.ts';
import { toUpstreamError } from './error.ts';
import { toEndpoint, toProviderBody } from './request.ts';
import { readAnswer, toChatCompletion } from './response.ts';
import { nativeTextStream } from './text-stream.ts';

/**
 * A chat client in front of a provider of the OpenAI family. Bodies are edited member by member, in both directions: what
 * nothing had to change keeps its bytes.
 */
export const nativeChat: CallTransform = {
  request: (call, plan) => {
    const body = toProviderBody(call.body.value, plan);
    if (!body.ok) return body;
    const edits = editsBetween(call.body.value, body.value);
    const sent = edits.length === 0 ? call.body.bytes : editMembers(call.body, edits);
    return ok(toProviderRequest(toEndpoint(plan), sent, plan), body.notes);
  },
  response: (answer, call, plan, ambient) => {
    const read = readAnswer(answer.body, plan);
    if (!read.ok) return read;
    const completion = toChatCompletion(read.value, call.body.value, plan, ambient);
    if (!completion.ok) return completion;
    const members = findSpans(answer.body, Infinity) ?? [];
    const body = editMembers(
      { text: answer.body, value: read.value, members },
      editsBetween(read.value, withAnswerModel(completion.value, plan)),
    );
    const { usage } = completion.value;
    return ok(isObject(usage) ? { body, usage } : { body }, completion.notes);
  },
  stream: (call, plan) => nativeTextStream(plan, call.body.value),
  error: toUpstreamError,
};

function withAnswerModel(completion: JsonObject, { answerModel }: Plan): JsonObject {
  return answerModel === undefined ? completion : { ...completion, model: answerModel };
}

/** What has to be edited in one object to get the other; equal values keep their text. */
function editsBetween(from: JsonObject, to: JsonObject): readonly MemberEdit[] {
  const edits: MemberEdit[] = [];
  for (const name of Object.keys(from)) if (to[name] === undefined) edits.push({ name, remove: true });
  for (const [name, value] of Object.entries(to)) {
    if (value !== undefined && !isSame(from[name], value)) edits.push({ name, set: value });
  }
  return edits;
}

/** Whether two values say the same; quirks give back equal copies of what they did not change. */
function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    const others: readonly JsonValue[] = right;
    return left.length === others.length && left.every((item: JsonValue, index) => isSame(item, others[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]));
}
