import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ClientAnswer, ProviderAnswer } from '../../contract/wire.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { isObject } from '../../json/is-object.ts';
import { parseRawObject } from '../../json/raw-object.ts';

/**
 * The provider's OCR answer → the client's: the same text under the public model name.
 *
 * out:    `pages`, `model` and `object` are always there; `usage` is the provider's `usage_info`.
 * errors: `bad-upstream` if it is not a JSON object, or a page has no index or no markdown.
 */
export function toOcrAnswer(answer: ProviderAnswer, plan: Plan): Outcome<ClientAnswer> {
  const raw = parseRawObject(answer.body);
  const fault = raw === undefined ? 'the answer is not a JSON object' : findFault(raw.value);
  if (raw === undefined || fault !== undefined) {
    return fail({ kind: 'bad-upstream', provider: plan.provider.id, message: fault ?? '' });
  }
  const edits: MemberEdit[] = [{ name: 'model', set: plan.answerModel ?? raw.value['model'] ?? plan.model }];
  if (raw.value['pages'] === undefined) edits.push({ name: 'pages', set: [] });
  if (raw.value['object'] === undefined) edits.push({ name: 'object', set: 'ocr' });
  const body = editMembers(raw, edits);
  const usage = raw.value['usage_info'];
  return ok(isObject(usage) ? { body, usage } : { body });
}

function findFault(body: JsonObject): string | undefined {
  const { pages = [], model, usage_info: usage } = body;
  if (model !== undefined && typeof model !== 'string') return 'invalid OCR response field: model';
  if (!isNothing(usage) && !isObject(usage)) return 'invalid OCR response field: usage_info';
  if (!Array.isArray(pages)) return 'invalid OCR response field: pages';
  const at = pages.findIndex((page) => !isPage(page));
  return at < 0 ? undefined : `invalid OCR response field: pages[${at}]`;
}

function isPage(page: JsonValue): boolean {
  if (!isObject(page) || page['index'] === undefined || typeof page['markdown'] !== 'string') return false;
  const { images, dimensions } = page;
  return (isNothing(images) || (Array.isArray(images) && images.every(isObject))) && (isNothing(dimensions) || isObject(dimensions));
}

function isNothing(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}
