import { isObject, type JsonValue } from '@stagegate/core-transforms';
import { dropEmptyMembers, sortModels } from './canonical.ts';
import { compareError, isErrorBody } from './compare-error.ts';
import { diffJson, type Difference } from './difference.ts';
import { maskUsage } from './mask-usage.ts';
import { mergeDeltas } from './merge-deltas.ts';
import type { AnswerRecord } from './records.ts';
import { parseStreamEvents, type StreamEvent } from './stream-events.ts';
import { maskAt, parsePath } from './volatile.ts';

/** What a comparison of answers needs to know besides the answers. */
export interface AnswerRules {
  /** Paths into the body (`choices[0].id`) whose values change from run to run. */
  readonly volatileBody: readonly string[];
  /** Paths into the list of event payloads (`[*].message.id`) whose values change from run to run. */
  readonly volatileEvents: readonly string[];
  /** Whether the provider counted tokens. */
  readonly providerCounted: boolean;
  /** Whether the usage of a stream says what it costs. */
  readonly showsCost: boolean;
  /** The provider's message, when it refused. */
  readonly providerMessage: string | undefined;
}

/** Where two answers differ and, for streams, whether they are equal even without merging deltas. */
export interface AnswerComparison {
  readonly differences: readonly Difference[];
  readonly exact: boolean;
}

/** Compares what a client gets: the status, then the body by structure, the error by its promised members, or the stream event by event. */
export function compareAnswer(expected: AnswerRecord, got: AnswerRecord, rules: AnswerRules): AnswerComparison {
  const status = diffJson(expected.status, got.status, 'answer.status');
  if (expected.kind !== got.kind || expected.status < 400 !== got.status < 400) {
    return { differences: [...status, { path: 'answer', expected: describe(expected), got: describe(got) }], exact: false };
  }
  if (expected.kind === 'stream' && got.kind === 'stream') {
    const stream = compareStreams(expected.text, got.text, rules);
    return { differences: [...status, ...stream.differences], exact: stream.exact && status.length === 0 };
  }
  return { differences: [...status, ...compareBodies(expected, got, rules)], exact: false };
}

function compareBodies(expected: AnswerRecord, got: AnswerRecord, rules: AnswerRules): readonly Difference[] {
  if (expected.kind === 'json' && got.kind === 'json') {
    if (expected.status >= 400) return compareError(expected.body, got.body, 'answer.body', rules.providerMessage);
    const paths = rules.volatileBody.map(parsePath);
    const canonical = (body: JsonValue): JsonValue =>
      sortModels(dropEmptyMembers(maskUsage(paths.reduce(maskAt, body), rules.providerCounted, rules.showsCost)));
    return diffJson(canonical(expected.body), canonical(got.body), 'answer.body', { jsonInStrings: true });
  }
  if (expected.kind === 'bytes' && got.kind === 'bytes') return diffJson(expected.base64, got.base64, 'answer.bytes');
  if (expected.kind === 'text' && got.kind === 'text') return diffJson(expected.text, got.text, 'answer.text');
  return [];
}

function compareStreams(expected: string, got: string, rules: AnswerRules): AnswerComparison {
  const [left, right] = [canonicalEvents(expected, rules), canonicalEvents(got, rules)];
  if (diffEvents(left, right, rules).length === 0) return { differences: [], exact: true };
  return { differences: diffEvents(mergeDeltas(left), mergeDeltas(right), rules), exact: false };
}

function canonicalEvents(text: string, rules: AnswerRules): readonly StreamEvent[] {
  const paths = rules.volatileEvents.map(parsePath);
  const events = parseStreamEvents(text);
  const masked = paths.reduce<JsonValue>(
    maskAt,
    events.map((event) => event.data),
  );
  const payloads = Array.isArray(masked) ? masked : [];
  return events.flatMap((event, index) => {
    const payload = payloads[index] ?? null;
    if (!rules.providerCounted && holdsOnlyUsage(payload)) return [];
    return [{ ...event, data: dropEmptyMembers(maskUsage(payload, rules.providerCounted, rules.showsCost)) }];
  });
}

/** Whether a last chunk is there only for its usage: no choice in it has content or ends. */
function holdsOnlyUsage(data: JsonValue): boolean {
  if (!isObject(data) || !isObject(data['usage']) || !Array.isArray(data['choices'])) return false;
  const choices: JsonValue = dropEmptyMembers(data['choices']);
  return (
    Array.isArray(choices) &&
    choices.every((choice: JsonValue) => isObject(choice) && Object.keys(choice).every((name) => name === 'index'))
  );
}

function diffEvents(expected: readonly StreamEvent[], got: readonly StreamEvent[], rules: AnswerRules): readonly Difference[] {
  const length = Math.max(expected.length, got.length);
  return Array.from({ length }, (_, index) => {
    const [left, right] = [expected[index], got[index]];
    const path = `answer.events[${index}]`;
    if (left === undefined || right === undefined || !isErrorBody(left.data)) return diffJson(left, right, path, { jsonInStrings: true });
    return [
      ...diffJson(left.event, right.event, `${path}.event`),
      ...compareError(left.data, right.data, `${path}.data`, rules.providerMessage),
    ];
  }).flat();
}

function describe(answer: AnswerRecord): JsonValue {
  const text = answer.kind === 'json' ? JSON.stringify(answer.body) : answer.kind === 'bytes' ? answer.base64 : answer.text;
  return `${answer.kind} ${answer.status} ${text.slice(0, 400)}`;
}
