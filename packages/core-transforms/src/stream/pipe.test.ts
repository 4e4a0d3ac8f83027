import { expect, test } from 'vitest';
import type { StreamMachine } from '../contract/stream-machine.ts';
import { pipe } from './pipe.ts';

const AMBIENT = { nowSeconds: 0, callId: 'call' };

/** Splits a word into letters; `!` is an error after the letters before it. */
const letters: StreamMachine<null, string, string> = {
  start: () => null,
  step: (state, word) => {
    const [before = '', after] = word.split('!');
    if (after === undefined) return { state, out: [...before] };
    return { state, out: [...before], error: { kind: 'bad-upstream', provider: 'test', message: after } };
  },
  end: (state) => ({ state, out: ['.'] }),
};

/** Numbers what it is given; refuses `z`. */
const numbered: StreamMachine<number, string, string> = {
  start: () => 0,
  step: (count, letter) =>
    letter === 'z'
      ? { state: count, out: ['stop'], error: { kind: 'stream-cut', provider: 'test', phase: 'z' } }
      : { state: count + 1, out: [`${count}${letter}`] },
  end: (count) => ({ state: count, out: [`total ${count}`] }),
};

const machine = pipe(letters, numbered);

test('what the first gives, the second takes', () => {
  const first = machine.step(machine.start(AMBIENT), 'ab');
  expect(first.out).toEqual(['0a', '1b']);
  expect(machine.end(first.state).out).toEqual(['2.', 'total 3']);
});

test('the first error ends the pair, after what came before it', () => {
  expect(machine.step(machine.start(AMBIENT), 'ab!boom')).toMatchObject({ out: ['0a', '1b'], error: { message: 'boom' } });
  expect(machine.step(machine.start(AMBIENT), 'azb')).toMatchObject({ out: ['0a', 'stop'], error: { phase: 'z' } });
});

test('an idle step gives the same state back', () => {
  const state = machine.start(AMBIENT);
  expect(machine.step(state, '').state).toBe(state);
});
