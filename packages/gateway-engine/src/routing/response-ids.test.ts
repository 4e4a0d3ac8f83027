import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import { createResponseSeals, responseIds, withPrevious } from './index.ts';

const SEALS = createResponseSeals('sk-one');
const RESPONSE = { deploymentId: 'id-1', providerId: 'resp_of_provider' };

describe('ids of responses', () => {
  test('hide what they hold, and open wherever the key is the same', () => {
    const sealed = SEALS.seal(RESPONSE);
    expect(sealed).toMatch(/^resp_[\w-]+$/u);
    expect(Buffer.from(sealed.slice('resp_'.length), 'base64url').toString('latin1')).not.toContain('id-1');
    expect(createResponseSeals('sk-one').open(sealed)).toStrictEqual(RESPONSE);
    expect(createResponseSeals('sk-one').seal(RESPONSE)).toBe(sealed);
    expect(createResponseSeals('sk-two').open(sealed)).toBeUndefined();
    expect(createResponseSeals(undefined).open(sealed)).toBeUndefined();
  });

  test.each(['', 'resp_', 'resp_abc', 'resp_of_provider', `resp_${'A'.repeat(80)}`, 'chatcmpl-1', 'resp_\u{1F600}'])('%j is none', (id) => {
    expect(SEALS.open(id)).toBeUndefined();
  });

  test('hold any two ids', () => {
    const id = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(id, fc.string({ unit: 'grapheme' }), (deploymentId, providerId) => {
        expect(SEALS.open(SEALS.seal({ deploymentId, providerId }))).toStrictEqual({ deploymentId, providerId });
      }),
    );
  });

  test('do not open when one character is another, or one is missing or too many', () => {
    const sealed = SEALS.seal(RESPONSE);
    const alphabet = fc.constantFrom(...'ABCXYZabcxyz0189-_+/=. ');
    fc.assert(
      fc.property(fc.nat(sealed.length), alphabet, fc.constantFrom(0, 1), (at, character, cut) => {
        const forged = sealed.slice(0, at) + character + sealed.slice(at + cut);
        fc.pre(forged !== sealed);
        expect(SEALS.open(forged)).toBeUndefined();
        expect(SEALS.open(sealed.slice(0, at))).toStrictEqual(at === sealed.length ? RESPONSE : undefined);
      }),
    );
  });
});

describe('a call that goes on with a response', () => {
  const [one, two] = [deployment({ id: 'one' }), deployment({ id: 'two' })];

  test.each([
    ['goes to the deployment that gave it', 'two', ['two']],
    ['goes to any when that one cannot serve it', 'three', ['one', 'two']],
  ])('%s', (_, deploymentId, expected) => {
    const id = SEALS.seal({ deploymentId, providerId: 'resp_1' });
    expect(withPrevious([one, two], id, SEALS).map(({ id: found }) => found)).toStrictEqual(expected);
  });

  test.each([undefined, null, 1, 'resp_abc'])('%j changes nothing', (id) => {
    expect(withPrevious([one, two], id, SEALS)).toStrictEqual([one, two]);
  });

  test('gives its own provider id to its transform', () => {
    const ids = responseIds(two, SEALS);
    const sealed = ids.seal('resp_1');
    expect(SEALS.open(sealed)).toStrictEqual({ deploymentId: 'two', providerId: 'resp_1' });
    expect(ids.open(sealed)).toBe('resp_1');
    expect(ids.open('resp_1')).toBeUndefined();
  });
});
