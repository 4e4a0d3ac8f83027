import { expect, test } from 'vitest';
import { systemClock } from '../ports/index.ts';
import { createLiveCache, type CacheLimits, type LiveCache, type Looked } from './live-cache.ts';

const LIMITS: CacheLimits = { freshMs: 1000, staleMs: 10_000, entriesMax: 3, missingMax: 2 };

interface Stage {
  readonly cache: LiveCache<string>;
  readonly asked: string[];
  /** Milliseconds of the clock. */
  now: number;
  /** What the database says; a function is called. */
  answer: Looked<string> | ((id: string) => Promise<Looked<string>>);
}

function stage(): Stage {
  const made: Omit<Stage, 'cache'> = { asked: [], now: 0, answer: { kind: 'value', value: 'one' } };
  const load = async (id: string): Promise<Looked<string>> => {
    made.asked.push(id);
    return typeof made.answer === 'function' ? made.answer(id) : made.answer;
  };
  return Object.assign(made, {
    cache: createLiveCache(load, { ...systemClock, nowMs: () => made.now, monotonicMs: () => made.now }, LIMITS),
  });
}

const ONE = { kind: 'value', value: 'one' };
const TWO = { kind: 'value', value: 'two' } as const;
const NOTHING = { kind: 'value', value: undefined } as const;
const DOWN = { kind: 'down' } as const;
/** What is said of it once it is older than it may be. */
const old = (looked: object): object => ({ ...looked, stale: true });

test('a hot entry asks nobody, and everybody who waits for a new one asks once', async () => {
  const { cache, asked } = stage();
  expect(await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')])).toStrictEqual([ONE, ONE, ONE]);
  expect(cache.get('a')).toStrictEqual(ONE);
  expect(asked).toStrictEqual(['a']);
});

test('an entry in use is asked for again before it is old, and nobody waits for that', async () => {
  const given = stage();
  await given.cache.get('a');
  given.answer = TWO;
  given.now = 700;
  expect(given.cache.get('a')).toStrictEqual(ONE);
  await settled();
  expect(given.cache.get('a')).toStrictEqual(TWO);
  expect(given.asked).toStrictEqual(['a', 'a']);
});

test('an entry that is old is not believed', async () => {
  const given = stage();
  await given.cache.get('a');
  given.answer = NOTHING;
  given.now = 1000;
  expect(await given.cache.get('a')).toStrictEqual(NOTHING);
});

test('what does not exist is remembered, for as long as it is fresh', async () => {
  const given = stage();
  given.answer = NOTHING;
  await given.cache.get('a');
  expect(given.cache.get('a')).toStrictEqual(NOTHING);
  given.answer = DOWN;
  given.now = 1000;
  expect(await given.cache.get('a')).toStrictEqual(DOWN);
});

test('while the database is down, what is known is used, and it is asked once a second', async () => {
  const given = stage();
  await given.cache.get('a');
  given.answer = DOWN;
  given.now = 2000;
  expect(await given.cache.get('a')).toStrictEqual(old(ONE));
  for (given.now = 2001; given.now < 3000; given.now += 100) expect(given.cache.get('a')).toStrictEqual(old(ONE));
  expect(given.asked.length).toBe(2);
  expect(await given.cache.get('b')).toStrictEqual(DOWN);
  given.now = 10_000;
  expect(await given.cache.get('a')).toStrictEqual(DOWN);
});

test('a database that hangs keeps nobody waiting who is known', async () => {
  const given = stage();
  await given.cache.get('a');
  given.answer = () => new Promise(() => undefined);
  given.now = 2000;
  expect(await given.cache.get('a')).toStrictEqual(old(ONE));
});

test('what was forgotten is asked for again, and not believed even while the database is down', async () => {
  const given = stage();
  await given.cache.get('a');
  await given.cache.get('b');
  given.cache.forget((id) => id === 'a');
  given.answer = DOWN;
  expect(await given.cache.get('a')).toStrictEqual(DOWN);
  expect(given.cache.get('b')).toStrictEqual(ONE);
});

test('a look-up that began before a change does not bring back what was before it', async () => {
  const given = stage();
  let finish: (looked: Looked<string>) => void = () => undefined;
  given.answer = () => new Promise((resolve) => (finish = resolve));
  const early = given.cache.get('a');
  given.cache.forget(() => true);
  given.answer = TWO;
  expect(await given.cache.get('a')).toStrictEqual(TWO);
  finish(ONE as Looked<string>);
  await early;
  expect(given.cache.get('a')).toStrictEqual(TWO);
});

test('after a gap everything is asked for again, and is still there while the database is down', async () => {
  const given = stage();
  await given.cache.get('a');
  given.cache.doubt();
  given.answer = TWO;
  expect(await given.cache.get('a')).toStrictEqual(TWO);
  given.cache.doubt();
  given.answer = DOWN;
  expect(await given.cache.get('a')).toStrictEqual(old(TWO));
});

test('no more is kept than allowed, and made-up ids push nothing out', async () => {
  const given = stage();
  for (const id of ['a', 'b', 'c']) await given.cache.get(id);
  given.answer = NOTHING;
  for (let at = 0; at < 100; at += 1) await given.cache.get(`made-up-${at}`);
  given.asked.length = 0;
  for (const id of ['a', 'b', 'c']) given.cache.get(id);
  expect(given.asked).toStrictEqual([]);
  given.answer = TWO;
  await given.cache.get('d');
  await given.cache.get('a');
  expect(given.asked).toStrictEqual(['d', 'a']);
  await given.cache.get('made-up-0');
  expect(given.asked).toContain('made-up-0');
});

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
