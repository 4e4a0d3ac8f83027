import { expect, test } from 'vitest';
import { compareRequest } from '../../src/compare/compare-request.ts';
import type { RequestRecord } from '../../src/compare/records.ts';

const BASE: RequestRecord = {
  method: 'POST',
  path: '/v1/chat/completions?a=1',
  headers: {
    authorization: 'Bearer k',
    'content-type': 'application/json',
    'anthropic-beta': 'a,b',
    accept: '*/*',
    'user-agent': 'x',
    'http-referer': 'y',
    'x-own': '1',
  },
  body: { model: 'm', temperature: 1, list: [{ a: null }] },
};

const places = (got: Partial<RequestRecord> | undefined, expected: Partial<RequestRecord> = {}): readonly string[] =>
  compareRequest({ ...BASE, ...expected }, got === undefined ? undefined : { ...BASE, ...got }).map((difference) => difference.path);

test('the same request is the same, whatever the order of members', () => {
  expect(places({ body: { list: [{ a: null }], temperature: 1, model: 'm' } })).toEqual([]);
});

test.each([
  ['method', { method: 'GET' }, ['request.method']],
  ['path', { path: '/v1/chat/completions?a=2' }, ['request.path']],
  ['a missing member is not a null one', { body: { model: 'm', temperature: 1, list: [{}] } }, ['request.body.list[0].a']],
  ['a member too many', { body: { ...(BASE.body as object), n: null } }, ['request.body.n']],
  ['a string that holds JSON is text', { body: { ...(BASE.body as object), model: '{"a": 1}' } }, ['request.body.model']],
  ['a shorter list', { body: { model: 'm', temperature: 1, list: [] } }, ['request.body.list[0]']],
] as const)('%s', (_, got, expected) => {
  expect(places(got)).toEqual(expected);
});

test('JSON inside request strings is compared as text', () => {
  expect(places({ body: { arguments: '{"a":1}' } }, { body: { arguments: '{"a": 1}' } })).toEqual(['request.body.arguments']);
});

const withHeaders = (changes: Readonly<Record<string, string | undefined>>): Partial<RequestRecord> => {
  const headers = Object.entries({ ...BASE.headers, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { headers: Object.fromEntries(headers) };
};

test.each([
  ['another credential', { authorization: 'Bearer l' }, ['request.headers.authorization']],
  ['another scheme', { authorization: 'Basic k' }, ['request.headers.authorization']],
  ['no credential', { authorization: undefined }, ['request.headers.authorization']],
  ['a second credential', { 'x-api-key': 'k' }, ['request.headers.x-api-key']],
  ['a key nobody asked for', { 'api-key': 'k' }, ['request.headers.api-key']],
  ['another media type', { 'content-type': 'text/plain' }, ['request.headers.content-type']],
  ['a parameter of the media type', { 'content-type': 'application/json; charset=utf-8' }, []],
  ['betas in another order', { 'anthropic-beta': 'b, a' }, []],
  ['a beta less', { 'anthropic-beta': 'a' }, ['request.headers.anthropic-beta[1]']],
  ['a version nobody sent', { 'anthropic-version': '2023-06-01' }, ['request.headers.anthropic-version']],
  ['a recorded header of the deployment', { 'x-own': undefined }, ['request.headers.x-own']],
  ['who we are and what we take', { accept: undefined, 'user-agent': 'other', 'http-referer': undefined }, []],
] as const)('header: %s', (_, changes, expected) => {
  expect(places(withHeaders(changes))).toEqual(expected);
});

test('beside authorization the reference may send x-api-key, ours may not', () => {
  const both = withHeaders({ 'x-api-key': 'k' });
  expect(places({}, both)).toEqual([]);
  expect(places(both, both)).toEqual(['request.headers.x-api-key']);
});

test('of a signature only the presence counts', () => {
  const signed = withHeaders({ authorization: '<signature>' });
  expect(places(withHeaders({ authorization: 'AWS4-HMAC-SHA256 Credential=…' }), signed)).toEqual([]);
  expect(places(withHeaders({ authorization: undefined }), signed)).toEqual(['request.headers.authorization']);
});

test('a request that was or was not sent', () => {
  expect(places(undefined)).toEqual(['request']);
  expect(compareRequest(undefined, BASE)).toHaveLength(1);
  expect(compareRequest(undefined, undefined)).toEqual([]);
});
