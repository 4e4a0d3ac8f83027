import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ok } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { editBody } from '../../json/edit-body.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { editsBetween } from '../../json/edits-between.ts';
import { findSpans } from '../../json/find-spans.ts';
import { isObject } from '../../json/is-object.ts';
import { replaceString } from '../../json/replace-string.ts';
import { toUpstreamError } from './error.ts';
import { plainEdits } from './plain-request.ts';
import { toEndpoint, toProviderBody } from './request.ts';
import { readAnswer, toChatCompletion } from './response.ts';
import { decoderOf } from './payload-stream.ts';
import { nativeTextStream } from './text-stream.ts';

/**
 * The transform from a chat client to an OpenAI-compatible provider. Bodies are edited member by member, in both directions: members that
 * need not change keep their bytes.
 */
export const nativeChat: CallTransform = {
  request: (call, plan) => {
    const plain = plainEdits(call.body.value, plan);
    if (plain !== undefined) return ok(toProviderRequest(toEndpoint(plan, call.body.value), editBody(call.body, plain), plan));
    const body = toProviderBody(call.body.value, plan);
    if (!body.ok) return body;
    const sent = editBody(call.body, editsBetween(call.body, body.value));
    return ok(toProviderRequest(toEndpoint(plan, call.body.value), sent, plan), body.notes);
  },
  response: (answer, call, plan, ambient) => {
    const read = readAnswer(answer.body, plan);
    if (!read.ok) return read;
    const completion = toChatCompletion(read.value, call.body.value, plan, ambient);
    if (!completion.ok) return completion;
    const body = writeAnswer(answer.body, read.value, completion.value, plan);
    const { usage } = completion.value;
    return ok(isObject(usage) ? { body, usage } : { body }, completion.notes);
  },
  stream: (call, plan) => nativeTextStream(plan, call.body.value),
  decode: (call, plan) => decoderOf(plan, call.body.value),
  error: toUpstreamError,
  namesModel: 'always',
};

function writeAnswer(text: string, given: JsonObject, completion: JsonObject, plan: Plan): string {
  const { answerModel } = plan;
  const quick = completion === given && answerModel !== undefined ? replaceString(text, given, 'model', answerModel) : undefined;
  if (quick !== undefined) return quick;
  const raw = { text, value: given, members: findSpans(text) };
  return editMembers(raw, withAnswerModel(editsBetween(raw, completion), given, plan));
}

function withAnswerModel(edits: readonly MemberEdit[], { model }: JsonObject, { answerModel }: Plan): readonly MemberEdit[] {
  if (answerModel === undefined || answerModel === model) return edits;
  return [...edits.filter(({ name }) => name !== 'model'), { name: 'model', set: answerModel }];
}
