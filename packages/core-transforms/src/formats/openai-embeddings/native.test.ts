import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyText } from '../../../test/body-text.ts';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ClientCall } from '../../contract/wire.ts';
import { scanRawObject } from '../../json/raw-object.ts';
import { nativeEmbeddings } from './native.ts';
import { readFloats } from './read-floats.ts';

function planOf(name: string, wishes: PlanWishes = {}): Plan {
  return makePlan(name, { dialect: 'openai-embeddings', apiBase: 'http://h/v1', ...wishes });
}

function callOf(body: string | JsonObject): ClientCall {
  const scanned = scanRawObject(new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)));
  if (!scanned.ok) throw new Error(JSON.stringify(scanned.error));
  return { body: scanned.value, headers: {} };
}

function sentText(body: string | JsonObject, plan: Plan): string {
  const outcome = nativeEmbeddings.request(callOf(body), plan, AMBIENT);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return bodyText(outcome.value);
}

function sent(body: JsonObject, plan: Plan): unknown {
  return JSON.parse(sentText(body, plan));
}

function errorOf(body: JsonObject, plan: Plan): unknown {
  const outcome = nativeEmbeddings.request(callOf(body), plan, AMBIENT);
  return outcome.ok ? 'sent' : outcome.error;
}

function answered(body: string, plan: Plan, client: JsonObject = { input: 'x' }): unknown {
  const outcome = nativeEmbeddings.response({ status: 200, headers: {}, body }, callOf(client), plan, AMBIENT);
  return outcome.ok ? outcome.value.body : outcome.error;
}

const OPENAI = planOf('openai/text-embedding-3-small');
const AZURE = planOf('azure/e', { apiBase: 'http://h' });
const USAGE = { prompt_tokens: 3, total_tokens: 3 };

describe('request', () => {
  test('what nothing has to change keeps its text', () => {
    expect(sentText('{"input" : [ "a",\t1.0], "model":"group", "foo": 9007199254740993, "metadata": {"a": 1}, "user": null}', OPENAI)).toBe(
      '{"input" : [ "a",\t1.0], "model":"text-embedding-3-small", "foo": 9007199254740993}',
    );
  });

  test('the deployment fills what the client does not say, and extra_body comes last', () => {
    const plan = planOf('openai/text-embedding-3-small', { settings: { defaults: { dimensions: 8, user: 'd', extra_body: { a: 1 } } } });
    expect(sent({ input: 'x', user: 'u', extra_body: { dimensions: 4, k: 1 } }, plan)).toStrictEqual({
      model: 'text-embedding-3-small',
      input: 'x',
      dimensions: 4,
      user: 'u',
      k: 1,
    });
  });

  test('parameters that a model does not take are refused in the words of the reference, dropped, or let through', () => {
    const body = { input: 'x', dimensions: 2, user: "it's", encoding_format: 'float' };
    const plan = planOf('mistral/mistral-embed');
    expect(errorOf(body, plan)).toMatchObject({
      kind: 'unsupported-params',
      params: ['user', 'dimensions'],
      message: expect.stringContaining(`mistral does not support parameters: {'user': "it's", 'dimensions': 2}, for model=mistral-embed.`),
    });
    const dropping = planOf('mistral/mistral-embed', { settings: { dropParams: true } });
    expect(sent(body, dropping)).toStrictEqual({ model: 'mistral-embed', input: 'x', encoding_format: 'float' });
    expect(sent({ ...body, allowed_openai_params: ['user', 'dimensions'] }, plan)).toStrictEqual({ model: 'mistral-embed', ...body });
    expect(errorOf({ input: 'x', dimensions: 2 }, planOf('openai/text-embedding-ada-002'))).toMatchObject({ params: ['dimensions'] });
  });

  test('lists of tokens go where they are taken', () => {
    const input = [[1, 2], [3]];
    expect(sent({ input }, OPENAI)).toMatchObject({ input });
    expect(errorOf({ input }, planOf('mistral/mistral-embed'))).toMatchObject({ kind: 'declined', path: 'input' });
    expect(sent({ input: [1, 2] }, planOf('mistral/mistral-embed'))).toMatchObject({ input: [1, 2] });
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['hosted_vllm/m', { input: 'x' }, { model: 'm', input: ['x'] }],
    ['voyage/voyage-3', { input: 'x', dimensions: 2 }, { model: 'voyage-3', input: 'x', output_dimension: 2 }],
    ['voyage/voyage-context-3', { input: [['a', 'b'], ['c']] }, { model: 'voyage-context-3', inputs: [['a', 'b'], ['c']] }],
    ['voyage/voyage-context-3', { input: 'q', input_type: 'query' }, { model: 'voyage-context-3', inputs: ['q'], input_type: 'query' }],
    [
      'voyage/voyage-context-3',
      { input: 'd' },
      { model: 'voyage-context-3', inputs: ['d'], enable_auto_chunking: true, chunk_size: 32_000, input_type: 'document' },
    ],
    ['jina_ai/m', { input: ['a', 'data:image/png;base64,aGk='] }, { model: 'm', input: [{ text: 'a' }, { image: 'aGk=' }] }],
    ['jina_ai/m', { input: ['data:,a'] }, { model: 'm', input: ['data:,a'] }],
  ])('%s %j', (name, body, expected) => {
    expect(sent(body, planOf(name))).toStrictEqual(expected);
  });

  test('images go where they have an API apart, which names no model', () => {
    const image = 'data:image/png;base64,aGk=';
    const outcome = nativeEmbeddings.request(callOf({ model: 'g', input: [image, image], dimensions: 4 }), planOf('azure_ai/m'), AMBIENT);
    expect(outcome).toMatchObject({ ok: true, value: { url: 'http://h/v1/images/embeddings' } });
    expect(sent({ model: 'g', input: image, dimensions: 4 }, planOf('azure_ai/m'))).toStrictEqual({ input: [{ image }], dimensions: 4 });
  });

  test('what has no way here is declined, before anything is sent', () => {
    expect(errorOf({ input: ['data:image/png;base64,aGk=', 'a'] }, planOf('azure_ai/m'))).toMatchObject({
      kind: 'declined',
      path: 'input',
    });
    expect(errorOf({ input: 'x' }, planOf('infinity/m', { apiBase: undefined }))).toMatchObject({ kind: 'declined', path: 'api_base' });
    expect(chooseTransform(planOf('anthropic/claude-3'))).toMatchObject({ ok: false, error: { kind: 'declined' } });
  });

  test.each([
    ['openai/m', 'http://h/v1', 'http://h/v1/embeddings'],
    ['openai/m', undefined, 'https://api.openai.com/v1/embeddings'],
    ['hosted_vllm/m', 'http://h/v1/embeddings', 'http://h/v1/embeddings'],
    ['jina_ai/m', undefined, 'https://api.jina.ai/v1/embeddings'],
    ['azure_ai/m', 'https://r.services.ai.azure.com', 'https://r.services.ai.azure.com/models/embeddings'],
  ])('%s with base %s goes to %s', (name, apiBase, url) => {
    expect(nativeEmbeddings.request(callOf({ input: 'x' }), planOf(name, { apiBase }), AMBIENT)).toMatchObject({ value: { url } });
  });

  test('headers that a client adds go along, and no other client has them', () => {
    const plan = planOf('openai/m');
    const withHeaders = nativeEmbeddings.request(callOf({ input: 'x', extra_headers: { 'X-A': 'b', authorization: 'n' } }), plan, AMBIENT);
    expect(withHeaders).toMatchObject({ value: { headers: { 'content-type': 'application/json', 'x-a': 'b' } } });
    const without = nativeEmbeddings.request(callOf({ input: 'x' }), plan, AMBIENT);
    expect(without.ok && without.value.headers).toStrictEqual({ 'content-type': 'application/json' });
  });
});

describe('response', () => {
  test('numbers keep their text, the model is the public one, usage is whole', () => {
    const body = `{"object":"list","data":[{"embedding":[1.0, 0.1000]}],"model":"x","usage":{"total_tokens":3}}`;
    expect(answered(body, OPENAI)).toBe(
      `{"object":"list","data":[{"embedding":[1.0, 0.1000]}],"model":"group","usage":{"total_tokens":3,"completion_tokens":0,"prompt_tokens":3}}`,
    );
    expect(answered(body, planOf('openai/m', { answerModel: undefined }))).toContain('"model":"x"');
  });

  test('bytes are read where we asked for them, not where the client did', () => {
    const body = JSON.stringify({ data: [{ embedding: 'AACAPwAAAMA=', index: 0 }], usage: USAGE });
    const embeddingOf = (client: JsonObject): unknown => JSON.parse(String(answered(body, AZURE, client))).data[0].embedding;
    expect(sent({ input: 'x' }, AZURE)).toMatchObject({ encoding_format: 'base64' });
    expect(embeddingOf({ input: 'x' })).toStrictEqual([1, -2]);
    expect(embeddingOf({ input: 'x', encoding_format: 'base64' })).toBe('AACAPwAAAMA=');
    expect(answered(body.replace('AACAPwAAAMA=', 'AAA'), AZURE)).toMatchObject({ kind: 'bad-upstream' });
  });

  test.each([
    ['', 'bad-upstream'],
    ['[]', 'bad-upstream'],
    ['{"data":{}}', 'bad-upstream'],
    ['{"error":{"message":"no"}}', 'upstream-refused'],
  ])('%s is %s', (body, kind) => {
    expect(answered(body, OPENAI)).toMatchObject({ kind });
  });
});

test('any 32-bit numbers come back from their bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })), (numbers) => {
      const base64 = Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
      expect(readFloats(base64)).toStrictEqual(numbers);
    }),
  );
});

test('nothing throws and nothing is changed, whatever a client sends', () => {
  const names = ['input', 'dimensions', 'encoding_format', 'user', 'extra_body', 'extra_headers', 'input_type', 'allowed_openai_params'];
  const plans = [OPENAI, AZURE, planOf('jina_ai/m'), planOf('voyage/voyage-context-3'), planOf('azure_ai/m')];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), fc.constantFrom(...plans), (members, plan) => {
      const call = callOf(JSON.stringify(members));
      deepFreeze(call.body.value);
      nativeEmbeddings.request(call, plan, AMBIENT);
      nativeEmbeddings.response({ status: 200, headers: {}, body: call.body.text }, call, plan, AMBIENT);
    }),
  );
});
