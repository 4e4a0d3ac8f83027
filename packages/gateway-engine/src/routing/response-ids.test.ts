import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import { caller } from '../../test/make-caller.ts';
import { MASTER } from '../ports/index.ts';
import { compileFindResponse, createResponseSeals, ownerOf, readStoredCall, refuseForeign, responseIds, withPrevious } from './index.ts';

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

describe('a response belongs to the user and the team of its key', () => {
  const of = (userId: string | undefined, teamId?: string): ReturnType<typeof caller> =>
    caller({}, { userId, teamId, role: 'internal_user' });
  const sealedBy = (who: ReturnType<typeof caller>): string => responseIds(deployment({ id: 'id-1' }), SEALS, ownerOf(who)).seal('resp_1');

  test.each([
    ['the same user', of('ann'), of('ann'), true],
    ['another user', of('ann'), of('ben'), false],
    ['nobody in particular', of('ann'), of(undefined), false],
    ['the same team', of(undefined, 'red'), of('ben', 'red'), true],
    ['another team', of('ann', 'red'), of('ann', 'blue'), false],
    ["the proxy's admin", of('ann', 'red'), MASTER, true],
    ['anybody, where the key was of nobody', of(undefined), of('ben'), true],
  ])('%s', (_, owner, who, may) => {
    expect(refuseForeign(sealedBy(owner), who, SEALS) === undefined).toBe(may);
  });

  test("whatever a provider's id says", () => {
    const sealed = responseIds(deployment({ id: 'id-1' }), SEALS, ownerOf(of('ann'))).seal('resp\0ben\0');
    expect(SEALS.open(sealed)).toStrictEqual({ deploymentId: 'id-1', providerId: 'resp\0ben\0', owner: { userId: 'ann', teamId: '' } });
    expect(refuseForeign(sealed, of('ben'), SEALS)).toMatchObject({ kind: 'route-denied' });
  });

  test.each([undefined, 7, 'resp_of_somebody'])('%j is refused elsewhere', (id) => {
    expect(refuseForeign(id, of('ann'), SEALS)).toBeUndefined();
  });
});

describe('a call on a kept response', () => {
  const find = compileFindResponse({ deployments: [deployment({ id: 'one' })] }, SEALS);
  const id = SEALS.seal({ deploymentId: 'one', providerId: 'resp_1' });

  test('goes to the deployment that gave it, and nowhere else', () => {
    const read = readStoredCall('input_items', id, 'limit=2&include[]=a&include[]=b&response_id=x&action=delete', find);
    expect(read).toMatchObject({
      deployment: { id: 'one' },
      body: { value: { action: 'input_items', response_id: id, limit: '2', include: ['a', 'b'], disable_fallbacks: true } },
    });
  });

  test.each(['resp_1', '', SEALS.seal({ deploymentId: 'gone', providerId: 'resp_1' })])('%j leads nowhere', (lost) => {
    expect(readStoredCall('get', lost, '', find)).toMatchObject({ error: { kind: 'transform', error: { kind: 'bad-request' } } });
  });
});
