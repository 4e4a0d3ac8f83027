import { expect, test } from 'vitest';
import { AMBIENT, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ProviderRequest } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';

function send(model: string, wishes: PlanWishes = {}, chat: JsonObject = {}): ProviderRequest {
  const plan = makePlan(model, wishes);
  const transform = chooseTransform(plan);
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  const body = toRawObject({ messages: [{ role: 'user', content: 'u' }], ...chat });
  const request = transform.value.request({ body, headers: {} }, plan, AMBIENT);
  if (!request.ok) throw new Error(JSON.stringify(request.error));
  return request.value;
}

function options(more: JsonObject = {}): PlanWishes {
  return { settings: { options: { vertex_project: 'p', ...more } } };
}

const STUDIO = 'https://generativelanguage.googleapis.com';
const US = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1';
const GOOGLE = 'publishers/google/models';

const ADDRESSES: readonly [string, string, PlanWishes, string][] = [
  ['AI Studio', 'gemini/gemini-2.5-flash', {}, `${STUDIO}/v1beta/models/gemini-2.5-flash:generateContent`],
  ['a stream', 'gemini/gemini-2.5-flash', { stream: true }, `${STUDIO}/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse`],
  ['a new model', 'gemini/gemini-3-pro-preview', {}, `${STUDIO}/v1alpha/models/gemini-3-pro-preview:generateContent`],
  ['a base given', 'gemini/gemini-2.5-flash', { apiBase: 'http://h/v1' }, 'http://h/v1/models/gemini-2.5-flash:generateContent'],
  ['the cloud', 'vertex_ai/gemini-2.5-flash', options(), `${US}/${GOOGLE}/gemini-2.5-flash:generateContent`],
  ['the cloud, by its prefix', 'vertex_ai/gemini/gemini-2.5-flash', options(), `${US}/${GOOGLE}/gemini-2.5-flash:generateContent`],
  [
    'the cloud, anywhere',
    'vertex_ai/gemini-2.5-flash',
    options({ vertex_location: 'global' }),
    `https://aiplatform.googleapis.com/v1/projects/p/locations/global/${GOOGLE}/gemini-2.5-flash:generateContent`,
  ],
  [
    'the cloud on a continent',
    'vertex_ai/gemini-2.5-flash',
    options({ vertex_location: 'eu' }),
    `https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/${GOOGLE}/gemini-2.5-flash:generateContent`,
  ],
  ['a tuned model', 'vertex_ai/1234', options(), `${US}/endpoints/1234:generateContent`],
  [
    'the cloud behind a base',
    'vertex_ai/gemini-2.5-flash',
    { ...options(), apiBase: 'http://h/v1beta1' },
    `http://h/v1beta1/projects/p/locations/us-central1/${GOOGLE}/gemini-2.5-flash:generateContent`,
  ],
  ['a model behind a base of its own', 'vertex_ai/gemini-2.5-flash', { ...options(), apiBase: 'http://h/m' }, 'http://h/m:generateContent'],
  [
    'a private endpoint',
    'vertex_ai/gemini/1234',
    {
      apiBase: 'http://h/',
      settings: { options: { vertex_project: 'p' }, defaults: { use_psc_endpoint_format: true } },
    },
    'http://h/v1/projects/p/locations/us-central1/endpoints/1234:generateContent',
  ],
];

test.each(ADDRESSES)('%s', (_name, model, wishes, url) => {
  expect(send(model, wishes).url).toBe(url);
});

test('a key goes into a header, a token where the cloud issues one', () => {
  expect(send('gemini/gemini-2.5-flash').auth).toEqual({ kind: 'header', header: 'x-goog-api-key', scheme: '' });
  expect(send('vertex_ai/gemini-2.5-flash', options()).auth).toEqual({ kind: 'token', issuer: 'google' });
});

test("a client's own headers go along", () => {
  expect(send('gemini/gemini-2.5-flash', {}, { extra_headers: { 'x-mine': '1' } }).headers).toMatchObject({ 'x-mine': '1' });
});
