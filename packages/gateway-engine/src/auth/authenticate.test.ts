import { expect, test } from 'vitest';
import { caller, memoryKeys } from '../../test/make-caller.ts';
import { ANYONE, MASTER, systemClock, type Clock } from '../ports/index.ts';
import { createAuthenticate, hashKey } from './index.ts';

const MASTER_KEY = 'sk-master-of-tests';
const clock: Clock = { ...systemClock, nowMs: () => Date.UTC(2026, 0, 31), monotonicMs: () => 0 };
const rules = { masterKey: MASTER_KEY, keyHeaderName: undefined };

const KEYS = {
  'sk-good': caller(),
  'sk-blocked': caller({ blocked: true }),
  'sk-expired': caller({ expiresMs: clock.nowMs() - 1 }),
  'sk-not-yet': caller({ expiresMs: clock.nowMs() }),
  'sk-limited': caller({ unenforced: ['key.rpm_limit'] }),
};

function bearer(key: string): (name: string) => string | undefined {
  return (name) => (name === 'authorization' ? `Bearer ${key}` : undefined);
}

test.each([false, true])('a key lets its caller in, whoever finds it at once or later: %s', async (delayed) => {
  const keys = memoryKeys(KEYS, { delayed });
  const authenticate = createAuthenticate(rules, keys, clock);
  expect(await authenticate(bearer('sk-good'))).toStrictEqual({ ok: true, value: KEYS['sk-good'] });
  expect(await authenticate(bearer('sk-not-yet'))).toMatchObject({ ok: true });
  expect(await authenticate(bearer('sk-blocked'))).toMatchObject({ error: { kind: 'caller-refused' } });
  expect(await authenticate(bearer('sk-expired'))).toMatchObject({ error: { kind: 'expired-key', expiresMs: clock.nowMs() - 1 } });
  expect(await authenticate(bearer('sk-limited'))).toMatchObject({ error: { kind: 'limits-not-built', names: ['key.rpm_limit'] } });
  expect(await authenticate(bearer('sk-nobody'))).toMatchObject({ error: { kind: 'wrong-key', key: 'sk-nobody' } });
});

test('a database sees hashes of whole keys, and nothing that cannot be a key', async () => {
  const keys = memoryKeys(KEYS);
  const authenticate = createAuthenticate(rules, keys, clock);
  for (const key of ['sk-good', "sk-'; select pg_sleep(8) --", 'no-prefix', hashKey('sk-good')]) await authenticate(bearer(key));
  expect(keys.asked).toStrictEqual([hashKey('sk-good'), hashKey("sk-'; select pg_sleep(8) --")]);
});

test('the master key asks no database', () => {
  const keys = memoryKeys(KEYS, { down: true });
  expect(createAuthenticate(rules, keys, clock)(bearer(MASTER_KEY))).toStrictEqual({ ok: true, value: MASTER });
  expect(keys.asked).toStrictEqual([]);
});

test('without a master key everybody is let in', () => {
  expect(createAuthenticate({ ...rules, masterKey: undefined }, undefined, clock)(() => undefined)).toStrictEqual({
    ok: true,
    value: ANYONE,
  });
});

test('while the database is down, nobody is let in for it', async () => {
  const authenticate = createAuthenticate(rules, memoryKeys(KEYS, { down: true }), clock);
  expect(await authenticate(bearer('sk-good'))).toMatchObject({ error: { kind: 'database-down' } });
});

test('without a database there is no key but the master key', () => {
  expect(createAuthenticate(rules, undefined, clock)(bearer('sk-good'))).toMatchObject({ error: { kind: 'wrong-key' } });
});
