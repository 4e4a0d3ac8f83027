import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ClientAnswer, ProviderAnswer } from '../../contract/wire.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { isObject } from '../../json/is-object.ts';
import { parseRawObject } from '../../json/raw-object.ts';
import { isErrorBody, toErrorInAnswer } from '../openai-chat/error.ts';
import { readFloats } from './read-floats.ts';
import { toEmbeddingsUsage } from './usage.ts';

/**
 * A provider's embeddings → the client's: the same text under the public model name, with all of OpenAI's members of usage.
 *
 * in:     `client`, the client's body.
 * errors: `upstream-refused` for an error in place of an answer; `bad-upstream` if there are no embeddings.
 */
export function toNativeAnswer({ body }: ProviderAnswer, client: JsonObject, plan: Plan): Outcome<ClientAnswer> {
  const raw = parseRawObject(body);
  if (raw !== undefined && isErrorBody(raw.value)) return fail(toErrorInAnswer(raw.value, plan));
  const given = raw?.value['data'];
  if (raw === undefined || !Array.isArray(given)) return unusable(plan, 'the answer has no list of embeddings');
  const edits: MemberEdit[] = [];
  if (asksForBytes(client, plan)) {
    const data = withFloats(given);
    if (data === undefined) return unusable(plan, 'an embedding is no list of 32-bit numbers in base64');
    edits.push({ name: 'data', set: data });
  }
  const { model, object } = raw.value;
  const shown = plan.answerModel ?? (typeof model === 'string' ? model : plan.model);
  if (shown !== model) edits.push({ name: 'model', set: shown });
  if (typeof object !== 'string') edits.push({ name: 'object', set: 'list' });
  const usage = toEmbeddingsUsage(raw.value['usage']);
  edits.push({ name: 'usage', set: usage });
  return ok({ body: editMembers(raw, edits), usage });
}

/** Whether base64 was requested because of the row, not by the client. */
function asksForBytes(client: JsonObject, { provider, settings }: Plan): boolean {
  const name = 'encoding_format';
  return provider.params.set?.[name] === 'base64' && (client[name] ?? settings.defaults[name] ?? null) === null;
}

/** Decodes vectors in base64; others stay. Undefined if one cannot be decoded. */
function withFloats(data: JsonArray): JsonArray | undefined {
  const read: JsonValue[] = [];
  for (const item of data) {
    const embedding = isObject(item) ? item['embedding'] : undefined;
    const floats = typeof embedding === 'string' ? readFloats(embedding) : embedding;
    if (!isObject(item) || floats === undefined) return undefined;
    read.push({ ...item, embedding: floats });
  }
  return read;
}

function unusable(plan: Plan, message: string): Outcome<ClientAnswer> {
  return fail({ kind: 'bad-upstream', provider: plan.provider.id, message });
}
