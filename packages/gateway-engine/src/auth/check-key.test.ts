import { describe, expect, test } from 'vitest';
import { createKeyCheck, findKey } from './check-key.ts';

const KEY = 'sk-the-master-of-tests';

function reader(headers: Readonly<Record<string, string>>): (name: string) => string | undefined {
  return (name) => headers[name];
}

describe('the master key', () => {
  const check = createKeyCheck(KEY, undefined);

  test.each([
    { authorization: `Bearer ${KEY}` },
    { authorization: `bearer ${KEY}` },
    { authorization: `Basic ${KEY}` },
    { authorization: `AWS4-HMAC-SHA256 Credential=Bearer ${KEY}/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host` },
    { 'x-litellm-api-key': KEY },
    { 'x-litellm-api-key': `Bearer ${KEY}`, authorization: 'Bearer sk-other' },
    { 'api-key': KEY },
    { 'x-api-key': KEY },
    { 'x-goog-api-key': KEY },
    { 'ocp-apim-subscription-key': KEY },
    { authorization: '', 'x-api-key': KEY },
  ])('is let in by %j, again and again', (headers) => {
    expect(check(reader(headers))).toBeUndefined();
    expect(check(reader(headers))).toBeUndefined();
  });

  test.each([
    [{}, { kind: 'no-key' }],
    [{ authorization: '' }, { kind: 'no-key' }],
    [{ authorization: KEY }, { kind: 'malformed-key' }],
    [{ authorization: 'Bearer ' }, { kind: 'malformed-key' }],
    [{ 'x-api-key': '' }, { kind: 'malformed-key' }],
    [{ authorization: 'Bearer sk-wrong' }, { kind: 'wrong-key', key: 'sk-wrong' }],
    [{ authorization: `Bearer ${KEY.slice(0, -1)}` }, { kind: 'wrong-key' }],
    [{ authorization: `Bearer ${KEY}x` }, { kind: 'wrong-key' }],
    [{ authorization: `Bearer ${KEY} ` }, { kind: 'wrong-key' }],
    [{ authorization: 'Bearer sk-wrong', 'x-api-key': KEY }, { kind: 'wrong-key' }],
    [{ 'x-litellm-api-key': 'sk-wrong', authorization: `Bearer ${KEY}` }, { kind: 'wrong-key' }],
  ])('is not %j', (headers, error) => {
    expect(check(reader(headers))).toMatchObject(error);
  });

  test('a right key does not open the door for the next wrong one', () => {
    expect(check(reader({ 'x-api-key': KEY }))).toBeUndefined();
    expect(check(reader({ 'x-api-key': 'sk-wrong' }))).toMatchObject({ kind: 'wrong-key' });
  });
});

test('with a header of its own, a key counts nowhere else', () => {
  const check = createKeyCheck(KEY, 'x-our-key');
  expect(check(reader({ 'x-our-key': `Bearer ${KEY}` }))).toBeUndefined();
  expect(check(reader({ authorization: `Bearer ${KEY}` }))).toMatchObject({ kind: 'malformed-key' });
  expect(check(reader({ 'x-our-key': KEY }))).toMatchObject({ kind: 'malformed-key' });
});

test('without a master key everybody is let in', () => {
  expect(createKeyCheck(undefined, undefined)(reader({}))).toBeUndefined();
});

test('a key with a scheme in an own header of the reference loses the scheme', () => {
  expect(findKey(reader({ 'x-litellm-api-key': 'Bearer k' }))).toBe('k');
  expect(findKey(reader({ 'x-api-key': 'Bearer k' }))).toBe('Bearer k');
});
