import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import { readAnswer, readSent, type CallFacts, type SentRequest } from './call-facts.ts';
import { compareAnswer } from './compare-answer.ts';
import { compareFraming } from './compare-framing.ts';
import { compareHeaders } from './compare-headers.ts';
import { compareRequest } from './compare-request.ts';
import { diffJson, type Difference } from './difference.ts';
import { OWN_CLASSES, REFERENCE_CLASSES, type CompiledClasses } from './field-classes.ts';
import type { AnswerRecord } from './records.ts';
import { parseStreamEvents } from './stream-events.ts';

/** How closely two sides have to agree. */
export type Agreement =
  /** Two lanes of ours, or a lane and a recording of one: the same to the last byte. */
  | { readonly kind: 'exact' }
  /** A lane and the reference: the same to a client. */
  | { readonly kind: 'reference'; readonly providerCounted: boolean; readonly providerMessage: string | undefined };

/** A report shows no more than this of a text. */
const EXCERPT_CHARS = 60;

/**
 * Compares two sides of a call on all five surfaces that both can see.
 *
 * out:  differences under `request`, `answer` (status, headers, body or events, framing, error) and `effects`; empty when the two are the
 *       same.
 * cost: comparing strings where texts are equal; only what differs is parsed.
 */
export function compareCalls(expected: CallFacts, got: CallFacts, agreement: Agreement): readonly Difference[] {
  const classes = agreement.kind === 'exact' ? OWN_CLASSES : REFERENCE_CLASSES;
  const found = [
    ...(expected.sent === undefined || got.sent === undefined ? [] : compareSent(expected.sent, got.sent, agreement)),
    ...compareAnswers(expected, got, agreement, classes),
    ...compareHeaders(expected.headers, got.headers, classes, agreement.kind === 'reference'),
    ...compareEffects(expected.effects, got.effects),
  ];
  return found.length === 0 ? found : found.filter((difference) => !classes.excuses(difference));
}

/** Effects that only one side can know are not compared. */
function compareEffects(expected: JsonObject, got: JsonObject): readonly Difference[] {
  return Object.keys(expected).flatMap((name) => (got[name] === undefined ? [] : diffJson(expected[name], got[name], `effects.${name}`)));
}

function compareSent(expected: readonly SentRequest[], got: readonly SentRequest[], agreement: Agreement): readonly Difference[] {
  const found: Difference[] = [];
  for (let index = 0; index < Math.max(expected.length, got.length); index += 1) {
    const [left, right] = [expected[index], got[index]];
    if (left !== undefined && right !== undefined && isSameSent(left, right)) continue;
    const [readLeft, readRight] = [left && readSent(left), right && readSent(right)];
    found.push(...(agreement.kind === 'exact' ? compareExactly(readLeft, readRight) : compareRequest(readLeft, readRight)));
  }
  return found;
}

function isSameSent(left: SentRequest, right: SentRequest): boolean {
  if (left.path !== right.path || left.method !== right.method || left.body !== right.body) return false;
  for (const name in left.headers) if (left.headers[name] !== right.headers[name]) return false;
  for (const name in right.headers) if (left.headers[name] === undefined) return false;
  return true;
}

function compareExactly(
  left: ReturnType<typeof readSent> | undefined,
  right: ReturnType<typeof readSent> | undefined,
): readonly Difference[] {
  if (left === undefined || right === undefined) return compareRequest(left, right);
  return [
    ...diffJson(left.method, right.method, 'request.method'),
    ...diffJson(left.path, right.path, 'request.path'),
    ...diffJson(left.headers, right.headers, 'request.headers'),
    ...diffJson(left.body, right.body, 'request.body'),
  ];
}

function compareAnswers(expected: CallFacts, got: CallFacts, agreement: Agreement, classes: CompiledClasses): readonly Difference[] {
  if (expected.status === got.status && expected.body === got.body && expected.isBinary === got.isBinary) return [];
  const [left, right] = [inOrder(readAnswer(expected), classes), inOrder(readAnswer(got), classes)];
  const framing = left.kind === 'stream' && right.kind === 'stream' ? compareFraming(left.text, right.text) : [];
  if (agreement.kind === 'exact') {
    const found = [...compareWhole(left, right), ...framing];
    return found.length > 0 ? found : compareBytes(expected, got);
  }
  const { volatileBody, volatileEvents } = classes;
  const { providerCounted, providerMessage } = agreement;
  return [
    ...compareAnswer(left, right, { volatileBody, volatileEvents, providerCounted, showsCost: true, providerMessage }).differences,
    ...framing,
  ];
}

function inOrder(answer: AnswerRecord, classes: CompiledClasses): AnswerRecord {
  return answer.kind === 'json' ? { ...answer, body: classes.inOrder(answer.body) } : answer;
}

/** Compares every value of two answers, including the sentence of an error. */
function compareWhole(left: AnswerRecord, right: AnswerRecord): readonly Difference[] {
  const status = diffJson(left.status, right.status, 'answer.status');
  if (left.kind !== right.kind) return [...status, { path: 'answer.kind', expected: left.kind, got: right.kind }];
  return [...status, ...diffContent(left, right)];
}

function diffContent(left: AnswerRecord, right: AnswerRecord): readonly Difference[] {
  if (left.kind === 'stream' && right.kind === 'stream')
    return diffJson(parseStreamEvents(left.text), parseStreamEvents(right.text), 'answer.events');
  if (left.kind === 'json' && right.kind === 'json') return diffJson(left.body, right.body, 'answer.body');
  return diffJson(plainContent(left), plainContent(right), left.kind === 'bytes' ? 'answer.bytes' : 'answer.text');
}

function plainContent(answer: AnswerRecord): JsonValue {
  if (answer.kind === 'bytes') return answer.base64;
  return answer.kind === 'json' ? answer.body : answer.text;
}

/** The same values, written differently. */
function compareBytes(expected: CallFacts, got: CallFacts): readonly Difference[] {
  if (expected.body === got.body) return [];
  let at = 0;
  while (expected.body[at] === got.body[at]) at += 1;
  const excerpt = ({ body }: CallFacts): string => body.slice(Math.max(0, at - 10), at + EXCERPT_CHARS);
  return [{ path: 'answer.written', expected: excerpt(expected), got: excerpt(got) }];
}
