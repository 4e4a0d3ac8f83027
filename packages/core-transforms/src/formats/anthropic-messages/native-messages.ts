import { toProviderRequest } from '../../call/provider-request.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import type { ClientAnswer, Headers, ProviderAnswer } from '../../contract/wire.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { isObject } from '../../json/is-object.ts';
import { editBody } from '../../json/edit-body.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { findSpans } from '../../json/find-spans.ts';
import type { TextObject } from '../../json/raw-object.ts';
import { replaceString } from '../../json/replace-string.ts';
import { messagesEndpoint } from './endpoint.ts';
import { toError } from './errors.ts';
import { fitCopy } from './fit-copy.ts';
import { fitHost } from './fit-host.ts';
import { toNativeMembers } from './native-request.ts';
import { nativeStream } from './native-stream.ts';
import { parseEvent, readErrorMessage } from './parse.ts';
import { plainNativeEdits } from './plain-native.ts';

/** What differs if a host other than Anthropic speaks Anthropic's dialect. */
export interface MessagesHost {
  /** The client's body → the members that are sent; a member that need not change is the same value. */
  readonly members: (body: JsonObject, plan: Plan, clientHeaders: Headers) => Outcome<JsonObject>;
  /** A shortcut: the edits for a body that is sent almost as received, without looking at each member; undefined for any other body. */
  readonly plain?: (body: JsonObject, plan: Plan) => readonly MemberEdit[] | undefined;
  readonly endpoint: (plan: Plan, members: JsonObject, clientHeaders: Headers) => Endpoint;
  readonly error: (answer: ProviderAnswer, plan: Plan) => TransformError;
  /** Default: server-sent events, as Anthropic sends them. */
  readonly stream?: (plan: Plan) => OpaqueMachine<string, string>;
  /** Default: the stream is text. */
  readonly decode?: (plan: Plan) => OpaqueMachine<Uint8Array, string>;
}

/**
 * The transform for a client that speaks the provider's own dialect. Members that change are edited; everything else keeps its text,
 * including numbers beyond 2^53 and the order of members. In the answer only the model changes.
 */
export function nativeMessagesAt({
  members: toMembers,
  plain,
  endpoint: toEndpoint,
  error,
  stream = nativeStream,
  decode,
}: MessagesHost): CallTransform {
  return {
    request: ({ body, headers }, plan) => {
      const edits = plain?.(body.value, plan);
      if (edits !== undefined) return ok(toProviderRequest(toEndpoint(plan, body.value, headers), editBody(body, edits), plan));
      const members = toMembers(body.value, plan, headers);
      if (!members.ok) return members;
      const endpoint = toEndpoint(plan, members.value, headers);
      return ok(toProviderRequest(endpoint, editBody(body, editsOf(body, members.value)), plan), members.notes);
    },
    response: (answer, _call, plan) => toAnswer(answer, plan),
    stream: (_call, plan) => stream(plan),
    decode: (_call, plan) => decode?.(plan),
    error,
    namesModel: 'whole',
  };
}

/** Anthropic's own messages API, and copies of it at other providers. */
export const nativeMessages: CallTransform = nativeMessagesAt({
  members: (body, plan) => {
    const members = toNativeMembers(body, plan);
    return members.ok ? ok(fitHost(fitCopy(members.value, plan.provider.messages), plan), members.notes) : members;
  },
  plain: plainNativeEdits,
  endpoint: messagesEndpoint,
  error: toError,
});

/** One edit for each member that was removed, added or replaced. */
export function editsOf({ value }: TextObject, members: JsonObject): readonly MemberEdit[] {
  const edits: MemberEdit[] = [];
  for (const name in value) if (members[name] === undefined) edits.push({ name, remove: true });
  for (const name in members) {
    const set = members[name];
    if (set !== undefined && set !== value[name]) edits.push({ name, set });
  }
  return edits;
}

function toAnswer({ body }: ProviderAnswer, plan: Plan): Outcome<ClientAnswer> {
  const provider = plan.provider.id;
  const answer = parseEvent(body);
  if (answer === undefined) return fail({ kind: 'bad-upstream', provider, message: 'the answer is not a JSON object' });
  if (answer['type'] === 'error') {
    return fail({ kind: 'upstream-refused', provider, status: 500, message: readErrorMessage(answer) ?? body, reason: 'other' });
  }
  const { model, usage } = answer;
  const shown = plan.answerModel === undefined || model === undefined ? body : withModel(body, answer, plan.answerModel);
  return ok(isObject(usage) ? { body: shown, usage } : { body: shown });
}

function withModel(text: string, value: JsonObject, model: string): string {
  return (
    replaceString(text, value, 'model', model) ?? editMembers({ text, value, members: findSpans(text) }, [{ name: 'model', set: model }])
  );
}
