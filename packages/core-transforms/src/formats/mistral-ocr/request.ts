import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Note, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { isObject } from '../../json/is-object.ts';
import type { RawObject } from '../../json/raw-object.ts';

/** Source: docs.mistral.ai/api, POST /v1/ocr, 2026-11-23; the same list as the reference's. */
const OPTIONS: ReadonlySet<string> = new Set([
  'model',
  'document',
  'id',
  'pages',
  'include_image_base64',
  'image_limit',
  'image_min_size',
  'bbox_annotation_format',
  'document_annotation_format',
  'document_annotation_prompt',
  'extract_header',
  'extract_footer',
  'table_format',
  'confidence_scores_granularity',
  'include_blocks',
]);

const DOCUMENT_TYPES: ReadonlySet<JsonValue | undefined> = new Set(['document_url', 'image_url']);

/** The reference can also answer in the provider's own shape; for this format both are the same. */
const ANSWER_FORMATS: ReadonlySet<JsonValue | undefined> = new Set(['litellm', 'native']);

/**
 * The client's OCR body → the provider's: with the deployment's model and defaults, without members that the API does not have.
 *
 * in:     `document` as `document_url` or `image_url`; a file is a data URL by now (see toOcrBody).
 * out:    JSON text; members that stay keep their bytes. As in the reference, unknown members and null options are dropped, with a note.
 * errors: `bad-request` for a document that the reference refuses, and for an unknown `req_format`.
 */
export function toOcrRequestBody(body: RawObject, plan: Plan, answerFormat: string | undefined): Outcome<string> {
  const refusal = refuseAnswerFormat(body.value['req_format'] ?? answerFormat) ?? refuseDocument(body.value['document']);
  if (refusal !== undefined) return fail({ kind: 'bad-request', path: '', message: refusal });
  const notes: Note[] = [];
  const edits = new Map<string, MemberEdit>();
  for (const name of new Set(body.members.map((member) => member.name))) {
    const isKnown = OPTIONS.has(name);
    if (isKnown && body.value[name] !== null) continue;
    edits.set(name, { name, remove: true });
    if (!isKnown && name !== 'extra_body') notes.push({ path: name, action: 'dropped', reason: 'the OCR API has no such member' });
  }
  for (const edit of addedMembers(body.value, plan.settings.defaults)) edits.set(edit.name, edit);
  edits.set('model', { name: 'model', set: plan.model });
  return ok(editMembers(body, [...edits.values()]), notes);
}

/**
 * `extra_body` (the client's takes precedence over the deployment's) is not checked against the list of options; the deployment's options
 * are defaults.
 */
function addedMembers(body: JsonObject, defaults: JsonObject): readonly MemberEdit[] {
  const known = Object.entries(defaults).filter(([name]) => OPTIONS.has(name));
  const added = { ...Object.fromEntries(known), ...objectOrNone(defaults['extra_body']), ...objectOrNone(body['extra_body']) };
  return Object.entries(added).flatMap(([name, value]) =>
    value === undefined || (OPTIONS.has(name) && (body[name] ?? null) !== null) ? [] : [{ name, set: value }],
  );
}

function objectOrNone(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function refuseAnswerFormat(format: JsonValue | undefined): string | undefined {
  if (format === undefined || format === null) return undefined;
  const named = typeof format === 'string' ? format.trim().toLowerCase() : format;
  return ANSWER_FORMATS.has(named) ? undefined : `Invalid \`req_format\`: ${JSON.stringify(format)}. Expected one of litellm, native.`;
}

/** Why a document is refused: every member except `type` must be a string or null, and the one that `type` names a string. */
function refuseDocument(document: JsonValue | undefined): string | undefined {
  const type = isObject(document) ? document['type'] : undefined;
  if (!isObject(document)) return 'invalid OCR request field: document.type';
  if (type === 'file') {
    return (
      "document type 'file' is not supported through the JSON API. To upload a local file, use multipart/form-data with a 'file' field. " +
      "For JSON requests, use 'document_url' or 'image_url' document types."
    );
  }
  if (typeof type !== 'string' || !DOCUMENT_TYPES.has(type)) return 'invalid OCR request field: document.type';
  if (document[type] === undefined) return 'Document URL is required';
  const isText = Object.values(document).every((value) => typeof value === 'string' || value === null);
  return isText && document[type] !== null ? undefined : 'invalid OCR request field: document';
}
