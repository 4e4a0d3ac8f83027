import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { isObject } from '../../json/is-object.ts';
import type { RawObject } from '../../json/raw-object.ts';

/** The members that are counted. The provider refuses all others, and the reference sends none of them. */
const COUNTED: ReadonlySet<string> = new Set(['model', 'messages', 'system', 'tools']);

/**
 * A client's count request → the provider's.
 *
 * out:    JSON text; members that stay keep their bytes. System messages at the start of the conversation join the system prompt, the only
 *         place where the provider accepts them.
 * errors: `bad-request` for messages that the provider would refuse in any case: an empty list, no role, no content.
 * source: LiteLLM 1.106.2, llms/anthropic/count_tokens/transformation.py, read 2026-11-23.
 */
export function toCountBody(body: RawObject, plan: Plan): Outcome<string> {
  const { messages, system } = body.value;
  if (!Array.isArray(messages) || messages.length === 0) return refuse('messages', 'messages parameter is required');
  const broken = messages.findIndex((message) => !isObject(message) || message['role'] === undefined || message['content'] === undefined);
  if (broken >= 0) return refuse(`messages[${broken}]`, `Message ${broken} must have a 'role' and a 'content' field`);
  const edits: MemberEdit[] = [{ name: 'model', set: plan.model }];
  for (const { name } of body.members) {
    if (!COUNTED.has(name) || (body.value[name] ?? null) === null) edits.push({ name, remove: true });
  }
  const end = messages.findIndex((message) => isObject(message) && message['role'] !== 'system');
  const leading = (end === -1 ? messages : messages.slice(0, end)).filter(isObject);
  if (leading.length === 0) return ok(editMembers(body, edits));
  const kept = edits.filter((edit) => edit.name !== 'system');
  return ok(editMembers(body, [...kept, { name: 'messages', set: messages.slice(leading.length) }, ...lift(leading, system)]));
}

function lift(leading: readonly JsonObject[], system: JsonValue | undefined): readonly MemberEdit[] {
  const blocks = [...toBlocks(system), ...leading.flatMap((message) => toBlocks(message['content']))];
  return blocks.length === 0 ? [] : [{ name: 'system', set: blocks }];
}

function toBlocks(content: JsonValue | undefined): readonly JsonValue[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
}

function refuse(path: string, message: string): Outcome<string> {
  return fail({ kind: 'bad-request', path, message });
}
