import { isObject, type JsonValue } from '@stagegate/core-transforms';
import { isDeepStrictEqual } from 'node:util';
import { readChatSaid, type ChatSaid } from './chat-said.ts';
import { isErrorBody } from './compare-error.ts';
import { type Difference } from './difference.ts';
import type { AnswerRecord } from './records.ts';
import { areSound, readSaid } from './said.ts';
import { DONE, parseStreamEvents, type StreamEvent } from './stream-events.ts';

/** Error envelopes by route family. */
export type Envelope = 'openai' | 'anthropic';

/** What an answer of ours must satisfy where it replaces the reference's on purpose. */
export interface OwnRule {
  /** The class of cases, for the report. */
  readonly name: string;
  /** Statuses that are allowed, as inclusive ranges. */
  readonly statuses: readonly (readonly [number, number])[];
  readonly envelope: Envelope;
  /** Whether the provider sent a complete answer: only then may ours claim to be complete. */
  readonly complete: boolean;
  /** What the reference lost or mixed up on the way, and ours must pass on: any content at all, or tool calls whose arguments are JSON. */
  readonly keeps?: 'something' | 'calls';
  /** What the provider sent in chat chunks, some of which the reference lost: ours must have the very same content. */
  readonly sent?: ChatSaid;
}

const TRACEBACK = /Traceback \(most recent call last\)|^\s+at .*(?:node:|file:\/\/|\.ts:\d)/mu;

/**
 * Judges an answer by itself: an allowed status, the route's own envelope, exactly one well-formed terminal event, no traceback, no false
 * stop.
 *
 * out: differences under `answer`; `expected` says what was required.
 */
export function checkOwnAnswer(got: AnswerRecord, rule: OwnRule): readonly Difference[] {
  const text = got.kind === 'json' ? JSON.stringify(got.body) : got.kind === 'bytes' ? '' : got.text;
  const fits = rule.statuses.some(([low, high]) => got.status >= low && got.status <= high);
  return [
    ...(fits
      ? []
      : [
          {
            path: 'answer.status',
            expected: `${rule.name}: ${rule.statuses.map((range) => range.join('..')).join(' or ')}`,
            got: got.status,
          },
        ]),
    ...(TRACEBACK.test(text) ? [{ path: 'answer', expected: 'no traceback', got: text.slice(0, 400) }] : []),
    ...checkShape(got, rule),
  ];
}

function checkShape(got: AnswerRecord, rule: OwnRule): readonly Difference[] {
  if (got.kind === 'json') return checkBody(got.status, got.body, rule);
  if (got.kind === 'stream')
    return got.status < 400
      ? checkStream(parseStreamEvents(got.text), rule)
      : [{ path: 'answer.kind', expected: 'a JSON error body', got: 'stream' }];
  return [{ path: 'answer.kind', expected: 'JSON or a stream', got: got.kind }];
}

function checkBody(status: number, body: JsonValue, rule: OwnRule): readonly Difference[] {
  if (status >= 400)
    return hasEnvelope(body, rule.envelope) ? [] : [{ path: 'answer.body', expected: `${rule.envelope} error envelope`, got: body }];
  if (!isObject(body)) return [{ path: 'answer.body', expected: 'an object', got: body }];
  return rule.complete ? [] : [{ path: 'answer', expected: 'an error: the provider completed nothing', got: body }];
}

function checkStream(events: readonly StreamEvent[], rule: OwnRule): readonly Difference[] {
  const terminals = events.filter(isTerminal);
  const last = events.at(-1);
  const found: Difference[] = [];
  if (terminals.length !== 1 || last === undefined || !isTerminal(last)) {
    found.push({
      path: 'answer.events',
      expected: 'one terminal event, the last',
      got: `${terminals.length} terminal events, ends with ${JSON.stringify(last ?? null)}`,
    });
  }
  if (last !== undefined && isErrorBody(last.data) && !hasEnvelope(last.data, rule.envelope)) {
    found.push({ path: 'answer.events', expected: `${rule.envelope} error envelope`, got: last.data });
  }
  if (!rule.complete && events.some(claimsCompletion))
    found.push({ path: 'answer.events', expected: 'no false stop', got: 'a finish or stop event' });
  return [...found, ...checkKept(events, rule)];
}

function checkKept(events: readonly StreamEvent[], { keeps, sent }: OwnRule): readonly Difference[] {
  if (sent !== undefined) {
    const said = readChatSaid(events);
    return isDeepStrictEqual(said, sent)
      ? []
      : [{ path: 'answer.events', expected: `as sent: ${JSON.stringify(sent)}`, got: JSON.stringify(said) }];
  }
  if (keeps === undefined) return [];
  const { text, calls } = readSaid(events);
  const kept = keeps === 'calls' ? calls.length > 0 && areSound(calls) : text || calls.length > 0;
  const failed = events.some(({ data }) => isErrorBody(data));
  return kept && !failed
    ? []
    : [{ path: 'answer.events', expected: `what the provider said: ${keeps}`, got: calls.map(({ input }) => input) }];
}

function isTerminal({ data }: StreamEvent): boolean {
  return data === DONE || isErrorBody(data) || (isObject(data) && (data['type'] === 'message_stop' || data['type'] === 'response.failed'));
}

/** Whether an event says that the answer is complete. */
export function claimsCompletion({ data }: StreamEvent): boolean {
  if (data === DONE) return true;
  if (!isObject(data)) return false;
  if (data['type'] === 'message_stop') return true;
  const { choices, delta } = data;
  if (Array.isArray(choices)) return choices.some((choice: JsonValue) => isObject(choice) && typeof choice['finish_reason'] === 'string');
  return isObject(delta) && typeof delta['stop_reason'] === 'string';
}

function hasEnvelope(body: JsonValue, envelope: Envelope): boolean {
  if (!isObject(body) || !isObject(body['error'])) return false;
  const { message, type } = body['error'];
  // Within a stream of chat the reference gives most errors no type.
  const hasType = typeof type === 'string' || (type === null && envelope === 'openai');
  if (typeof message !== 'string' || message === '' || !hasType) return false;
  return (body['type'] === 'error') === (envelope === 'anthropic');
}
