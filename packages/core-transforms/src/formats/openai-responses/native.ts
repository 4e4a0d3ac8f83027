import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { toProviderRequest } from '../../call/provider-request.ts';
import { editBody } from '../../json/edit-body.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { editsBetween } from '../../json/edits-between.ts';
import { isObject } from '../../json/is-object.ts';
import { parseJson } from '../../json/parse-json.ts';
import { parseRawObject, type TextObject } from '../../json/raw-object.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import type { ErrorRules } from '../../providers/provider-row.ts';
import { toErrorInAnswer, toUpstreamError } from '../openai-chat/error.ts';
import { isSaid } from '../openai-chat/types.ts';
import { offersFileSearch, showFileSearch } from './client-file-search.ts';
import { toEndpoint } from './endpoint.ts';
import { toProviderBody } from './native-request.ts';
import { nativeStream } from './native-stream.ts';
import { withMarks } from './reasoning-marks.ts';
import { showResponseId } from './response-id.ts';

/**
 * The transform from a client of the responses API to a provider that speaks it too. Bodies are edited member by member, in both
 * directions: members that need not change keep their bytes.
 */
export const nativeResponses: CallTransform = {
  request: (call, plan) => {
    const body = toProviderBody(call.body.value, plan);
    if (!body.ok) return body;
    const sent = editBody(call.body, editsBetween(call.body, body.value));
    return ok(toProviderRequest(toEndpoint(plan, '', readExtraHeaders(call.body.value)), sent, plan), body.notes);
  },
  response: (answer, { body: { value: asked } }, plan, { callId }) => {
    const read = readResponse(answer.body, plan);
    if (!read.ok) return read;
    const { usage } = read.value.value;
    const shown = editMembers(read.value, showMembers(read.value.value, plan));
    const searched = plan.provider.responses?.lacksFileSearch === true && offersFileSearch(asked['tools']) ? parseJson(shown) : undefined;
    const body = isObject(searched) ? JSON.stringify(showFileSearch(searched, asked, callId)) : shown;
    return ok(isObject(usage) ? { body, usage } : { body });
  },
  stream: (_call, plan) => nativeStream(plan),
  error: toResponsesError,
  namesModel: 'always',
};

/** A refusal. On this API the reference shows the provider's whole body, and no `param`. */
export function toResponsesError(answer: ProviderAnswer, plan: Plan): TransformError {
  const errors: ErrorRules = { ...plan.provider.errors, shows: 'whole-body' };
  return toUpstreamError(answer, { ...plan, provider: { ...plan.provider, errors } });
}

/**
 * Reads a provider's whole answer.
 *
 * errors: `upstream-refused` for an error in its place; `bad-upstream` if it is not a response.
 */
export function readResponse(text: string, plan: Plan): Outcome<TextObject> {
  const raw = parseRawObject(text);
  if (raw === undefined) return unusable(plan, text.trim() === '' ? 'the answer is empty' : 'the answer is no JSON object');
  if (Array.isArray(raw.value['output'])) return ok(raw);
  return isSaid(raw.value['error']) ? fail(toErrorInAnswer(raw.value, plan)) : unusable(plan, 'the answer has no output');
}

function unusable(plan: Plan, message: string): Outcome<TextObject> {
  return fail({ kind: 'bad-upstream', provider: plan.provider.id, message });
}

/** The edits to a provider's response for its client: id, model, whole seconds, and marks of encrypted reasoning. */
export function showMembers({ id, created_at: created, output }: JsonObject, plan: Plan): readonly MemberEdit[] {
  const marked = withMarks(output, plan.reasoning);
  return [
    ...(marked === undefined ? [] : [{ name: 'output', set: marked }]),
    ...(typeof id === 'string' ? [{ name: 'id', set: showResponseId(id, plan) }] : []),
    ...(plan.answerModel === undefined ? [] : [{ name: 'model', set: plan.answerModel }]),
    ...(typeof created === 'number' && !Number.isInteger(created) ? [{ name: 'created_at', set: Math.trunc(created) }] : []),
  ];
}
