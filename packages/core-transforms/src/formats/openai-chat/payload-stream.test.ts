import { expect, test } from 'vitest';
import { awsMessage } from '../../../test/aws-message.ts';
import { AMBIENT, makePlan } from '../../../test/make-plan.ts';
import { decoderOf } from './payload-stream.ts';

const plan = makePlan('sagemaker_chat/endpoint', { stream: true });
const EVENT = { ':message-type': 'event', ':event-type': 'PayloadPart' };

/** The text that comes out for these payloads, their bytes in pieces of a size. */
function decode(payloads: readonly string[], bytesPerPiece: number, headers: Readonly<Record<string, string>> = EVENT): string {
  const machine = decoderOf(plan, {});
  if (machine === undefined) throw new Error('the stream is not binary');
  const bytes = Uint8Array.from(payloads.flatMap((payload) => [...awsMessage(headers, payload)]));
  let state: unknown = machine.start(AMBIENT);
  let text = '';
  for (let at = 0; at < bytes.length; at += bytesPerPiece) {
    const step = machine.step(state, bytes.slice(at, at + bytesPerPiece));
    if (step.error !== undefined) return `${text}${step.out.join('')}!${step.error.kind}`;
    text += step.out.join('');
    state = step.state;
  }
  return text + machine.end(state).out.join('');
}

const CASES: readonly [string, readonly string[], string][] = [
  ['server-sent events in pieces', ['data: {"a"', ':1}\n', '\n', 'data: [DONE]\n\n'], 'data: {"a":1}\n\ndata: [DONE]\n\n'],
  ['an object a message', ['{"a":1}', '{"a":2}'], 'data: {"a":1}\n\ndata: {"a":2}\n\n'],
  ['an object in pieces', ['{"a":', '1}', '{"b":2}'], 'data: {"a":1}\n\ndata: {"b":2}\n\n'],
  ['an object that breaks off', ['{"a":1}', '{"b":'], 'data: {"a":1}\n\ndata: {"b":\n\n'],
  ['blanks before anything', ['\n', '{"a":1}'], 'data: {"a":1}\n\n'],
];

test.each(CASES)('%s', (_name, payloads, expected) => {
  for (const size of [1, 7, 1_000]) expect(decode(payloads, size)).toBe(expected);
});

test('an exception ends the stream', () => {
  const headers = { ':message-type': 'exception', ':exception-type': 'InternalStreamFailure' };
  expect(decode(['it broke'], 1_000, headers)).toBe('!upstream-refused');
});

test('other providers stream text', () => {
  expect(decoderOf(makePlan('openai/gpt-4o', { stream: true }), {})).toBeUndefined();
});
