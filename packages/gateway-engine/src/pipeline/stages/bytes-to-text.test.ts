import type { OpaqueMachine, StreamMachine } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { machineText, utf8Text } from './bytes-to-text.ts';

const AMBIENT = { nowSeconds: 0, callId: 'call' };

test('characters that are cut across chunks are whole again', () => {
  const reader = utf8Text();
  const bytes = new TextEncoder().encode('né 🌍');
  expect([...bytes].map((byte) => reader.read(Uint8Array.of(byte)).text).join('') + reader.end().text).toBe('né 🌍');
  expect(utf8Text().end()).toEqual({ text: '' });
});

/** Pairs of bytes as hex; zero is an error, and so is half a pair at the end. */
const pairs: StreamMachine<string, Uint8Array, string> = {
  start: () => '',
  step: (state, chunk) => {
    const digits = state + [...chunk].map((byte) => byte.toString(16)).join('');
    const whole = digits.slice(0, digits.length - (digits.length % 2));
    const error = { kind: 'bad-upstream', provider: 'p', message: 'zero' } as const;
    return { state: digits.slice(whole.length), out: whole === '' ? [] : [whole], ...(chunk.includes(0) && { error }) };
  },
  end: (state) => ({ state, out: [], ...(state !== '' && { error: { kind: 'stream-cut', provider: 'p', phase: 'half' } as const }) }),
};

test('a machine keeps its state between chunks and says what is wrong beside what was right', () => {
  const machine = pairs as unknown as OpaqueMachine<Uint8Array, string>;
  const reader = machineText(machine, AMBIENT);
  expect(reader.read(Uint8Array.of(1))).toEqual({ text: '', error: undefined });
  expect(reader.read(Uint8Array.of(2, 3))).toEqual({ text: '12', error: undefined });
  expect(reader.end()).toMatchObject({ text: '', error: { kind: 'stream-cut' } });
  expect(machineText(machine, AMBIENT).read(Uint8Array.of(1, 0))).toMatchObject({ text: '10', error: { kind: 'bad-upstream' } });
});
