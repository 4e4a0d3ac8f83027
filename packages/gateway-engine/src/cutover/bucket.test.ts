import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, HeaderCaller, type Caller } from './bucket.ts';

const CALLERS = 20_000;
const NOBODY: Caller = { key: () => undefined, keyHash: () => undefined, team: () => undefined, session: () => undefined };

function calling(headers: Readonly<Record<string, string>>, keyHeaderName?: string): Caller {
  return new HeaderCaller((name) => headers[name], keyHeaderName);
}

function withKey(key: string, more: Readonly<Record<string, string>> = {}): Caller {
  return calling({ authorization: `Bearer ${key}`, ...more });
}

describe('the caller', () => {
  const hash = createHash('sha256').update('sk-a').digest('hex');

  test.each<[name: string, caller: Caller]>([
    ['in authorization', withKey('sk-a')],
    ["in Anthropic's header", calling({ 'x-api-key': 'sk-a' })],
    ['in the only header that counts', calling({ authorization: 'Bearer sk-b', 'x-own': 'Bearer sk-a' }, 'x-own')],
  ])('is known by the hash of its key, %s', (_name, caller) => expect(caller.keyHash()).toBe(hash));

  test('without a key is nobody', () => expect(calling({}).keyHash()).toBeUndefined());

  test('names its session in one of several headers', () => {
    expect(calling({ 'x-litellm-session-id': 'one', 'x-session-id': 'two' }).session()).toBe('one');
    expect(calling({ 'x-litellm-session-id': '', 'x-claude-code-session-id': 'three' }).session()).toBe('three');
    expect(calling({}).session()).toBeUndefined();
  });
});

describe('a bucket', () => {
  test.each([1, 10, 50, 99])('below %d takes that share of many keys', (percent) => {
    const inside = Array.from({ length: CALLERS }, (_, at) => bucketOf('rule', 'key', withKey(`sk-${at}`))).filter((at) => at < percent);
    // Five standard deviations of as many throws.
    const spread = 5 * Math.sqrt(CALLERS * (percent / 100) * (1 - percent / 100));
    expect(Math.abs(inside.length - (CALLERS * percent) / 100)).toBeLessThan(spread);
  });

  test('is the same for one caller, whatever else a call says', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (key, session, rule) => {
        const bucket = bucketOf(rule, 'key', withKey(key, { 'x-session-id': session }));
        expect(bucket).toBe(bucketOf(rule, 'key', withKey(key)));
        expect(bucket).toBeGreaterThanOrEqual(0);
        expect(bucket).toBeLessThan(100);
      }),
    );
  });

  test('of a session is the same for all its callers; without one the key counts', () => {
    const [one, other] = [withKey('sk-1', { 'x-session-id': 's' }), withKey('sk-2', { 'x-session-id': 's' })];
    expect(bucketOf('rule', 'session', one)).toBe(bucketOf('rule', 'session', other));
    expect(bucketOf('rule', 'session', withKey('sk-1'))).toBe(bucketOf('rule', 'key', withKey('sk-1')));
    expect(bucketOf('rule', 'session', withKey('sk-1'))).not.toBe(bucketOf('rule', 'session', withKey('sk-2')));
  });

  test('of a key is the same where only its hash is known, and when it is asked for again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (key, rule) => {
        const [caller, hashed] = [withKey(key), { ...NOBODY, keyHash: () => withKey(key).keyHash() }];
        const bucket = bucketOf(rule, 'key', caller);
        expect(bucketOf(rule, 'key', hashed)).toBe(bucket);
        expect(bucketOf(rule, 'key', caller)).toBe(bucket);
      }),
    );
  });

  test('is of one rule and one key, wherever one ends and the other begins', () => {
    const [one, other] = [bucketOf('rul', 'key', withKey('e-sk-1')), bucketOf('rule', 'key', withKey('-sk-1'))];
    expect(one).not.toBe(other);
  });

  test('of a team is the same for all its keys', () => {
    const member = (key: string): Caller => ({ ...NOBODY, key: () => key, team: () => 'red' });
    expect(bucketOf('rule', 'team', member('a'))).toBe(bucketOf('rule', 'team', member('b')));
  });

  test('differs from rule to rule: nobody is the first everywhere', () => {
    const first = Array.from({ length: CALLERS }, (_, at) => withKey(`sk-${at}`)).filter((caller) => bucketOf('a', 'key', caller) < 10);
    const again = first.filter((caller) => bucketOf('b', 'key', caller) < 10);
    expect(again.length / first.length).toBeLessThan(0.2);
  });

  test('is what it was: callers must not move with a new version', () => {
    expect(bucketOf('ocr', 'key', withKey('sk-a'))).toBeCloseTo(67.332, 3);
  });
});
