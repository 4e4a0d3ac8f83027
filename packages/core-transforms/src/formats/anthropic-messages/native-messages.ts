import { toProviderRequest } from '../../call/provider-request.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ClientAnswer, ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { parseRawObject, type TextObject } from '../../json/raw-object.ts';
import { messagesEndpoint } from './endpoint.ts';
import { toError } from './errors.ts';
import { fitCopy } from './fit-copy.ts';
import { toNativeMembers } from './native-request.ts';
import { nativeStream } from './native-stream.ts';
import { readErrorMessage } from './parse.ts';

/**
 * A client that speaks the provider's own dialect: members that change are edited, everything else keeps its text, numbers
 * beyond 2^53 and the order of members included. So it is with the answer, where only the model changes.
 */
export const nativeMessages: CallTransform = {
  request: (call, plan) => {
    const members = toNativeMembers(call.body.value, plan);
    if (!members.ok) return members;
    const fitted = fitCopy(members.value, plan.provider.messages);
    const endpoint = messagesEndpoint(plan, fitted, call.headers);
    return ok(toProviderRequest(endpoint, editMembers(call.body, toEdits(call.body, fitted)), plan), members.notes);
  },
  response: (answer, _call, plan) => toAnswer(answer, plan),
  stream: (_call, plan) => nativeStream(plan),
  error: toError,
};

/** One edit for each member that is gone, new, or not the value it was. */
function toEdits({ value }: TextObject, members: JsonObject): readonly MemberEdit[] {
  const gone = Object.keys(value).filter((name) => members[name] === undefined);
  const changed = Object.entries(members).flatMap(([name, set]): MemberEdit[] =>
    set === undefined || set === value[name] ? [] : [{ name, set }],
  );
  return [...gone.map((name): MemberEdit => ({ name, remove: true })), ...changed];
}

function toAnswer({ body }: ProviderAnswer, plan: Plan): Outcome<ClientAnswer> {
  const provider = plan.provider.id;
  const answer = parseRawObject(body);
  if (answer === undefined) return fail({ kind: 'bad-upstream', provider, message: 'the answer is not a JSON object' });
  if (answer.value['type'] === 'error') {
    return fail({ kind: 'upstream-refused', provider, status: 500, message: readErrorMessage(answer.value) ?? body, reason: 'other' });
  }
  const { model, usage } = answer.value;
  const shown =
    plan.answerModel === undefined || model === undefined ? body : editMembers(answer, [{ name: 'model', set: plan.answerModel }]);
  return ok(isObject(usage) ? { body: shown, usage } : { body: shown });
}
