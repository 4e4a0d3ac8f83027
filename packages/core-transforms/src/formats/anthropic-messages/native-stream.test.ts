import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { nativeStream } from './native-stream.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5', { dialect: 'anthropic-messages', stream: true });
const START = 'event: message_start\ndata: {"type":"message_start", "message": {"id":"x", "model": "m", "n":9007199254740993}}\n\n';
const TEXT = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}\n\n';
const REASON = 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n';
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

function run(pieces: readonly string[]): { readonly text: string; readonly error: TransformError | undefined } {
  const { out, error } = runMachine(nativeStream(PLAN), pieces);
  return { text: out.join(''), error };
}

test('passes as it came, but for the model in its first event', () => {
  const unknown = 'event: new\ndata: {"type":"new"}\n\n';
  const shown = START.replace('"model": "m"', '"model": "group"');
  expect(run([START + unknown + TEXT + REASON + STOP])).toEqual({ text: shown + unknown + TEXT + REASON + STOP, error: undefined });
});

test('gets the message_stop it lacks, and only then', () => {
  expect(run([START + REASON])).toMatchObject({ error: undefined, text: expect.stringMatching(/message_delta[^]*message_stop/u) });
  expect(run([START + TEXT])).toMatchObject({ error: { kind: 'stream-cut' }, text: expect.not.stringContaining('message_stop') });
  expect(run([''])).toEqual({ text: '', error: { kind: 'stream-cut', provider: 'anthropic', phase: 'idle' } });
});

test('ends with the provider’s error event', () => {
  const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Busy"}}\n\n';
  expect(run([START + error + TEXT])).toMatchObject({ text: expect.stringMatching(/Busy"\}\}\n\n$/u), error: undefined });
});

test('events without a name tell their type themselves', () => {
  const unnamed = (START + TEXT + REASON + STOP).replaceAll(/event: .*\n/gu, '');
  expect(run([unnamed]).text).toBe(unnamed.replace('"model": "m"', '"model": "group"'));
  expect(run(['data: nonsense\n\n']).error).toMatchObject({ kind: 'bad-upstream' });
});

test('whatever comes: no throw, one end, and the same however it was cut', () => {
  const noise = fc.string({ maxLength: 20 }).map((words) => `data: ${words.replaceAll(/[\r\n]/gu, '')}\n\n`);
  const events = fc.array(
    fc.oneof(
      fc.constantFrom(
        START,
        TEXT,
        REASON,
        STOP,
        'event: error\ndata: {"type":"error"}\n\n',
        ': note\n\n',
        'event: ping\ndata: {"type": "ping"}\n\n',
      ),
      noise,
    ),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(events, (given) => {
      const text = given.join('');
      const whole = run([text]);
      expect(run([...text])).toEqual(whole);
      const ends = whole.text.match(/^event: (?:message_stop|error)$/gmu) ?? [];
      expect(ends.length + (whole.error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 500 },
  );
});
