import fc from 'fast-check';
import { expect, test } from 'vitest';
import { embeddingsPlan } from '../../../test/play-embeddings.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { CallParts } from '../../contract/call-transform.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { toRawObject } from '../../json/raw-object.ts';

const OPENAI = embeddingsPlan('openai/m');
const TITAN = embeddingsPlan('bedrock/amazon.titan-embed-text-v2:0');
const ONE = embeddingsPlan('vertex_ai/gemini-embedding-2');

function partsOf(plan: Plan): CallParts {
  const chosen = chooseTransform(plan);
  if (!chosen.ok || chosen.value.parts === undefined) throw new Error('no parts');
  return chosen.value.parts;
}

function inputsOf(plan: Plan, input: JsonValue): readonly JsonValue[] | undefined {
  return partsOf(plan).inputs({ body: toRawObject({ model: 'm', input }), headers: {} }, plan);
}

test.each<[string, Plan, JsonValue, readonly JsonValue[] | undefined]>([
  ['a text', OPENAI, 'a', ['a']],
  ['texts', OPENAI, ['a', 'b'], ['a', 'b']],
  ['tokens are one input', OPENAI, [1, 2], [[1, 2]]],
  ['lists of tokens are several', OPENAI, [[1, 2], [3]], [[1, 2], [3]]],
  ['one at a time, whatever they are', TITAN, [1, 2], [1, 2]],
  ['one that is embedded as one', ONE, 'a', ['a']],
  ['several that are embedded as one', ONE, ['a', 'b'], undefined],
])('%s', (_name, plan, input, expected) => {
  expect(inputsOf(plan, input)).toEqual(expected);
});

test('a part of a call differs in its inputs alone', () => {
  const call = { body: toRawObject({ model: 'm', input: ['a', 'b'], user: 'u' }), headers: { a: 'b' } };
  const part = partsOf(OPENAI).withInputs(call, ['b']);
  expect(part).toMatchObject({
    body: { text: '{"model":"m","input":["b"],"user":"u"}', value: { input: ['b'], user: 'u' } },
    headers: { a: 'b' },
  });
  expect(call.body.value['input']).toEqual(['a', 'b']);
});

test('however an answer is cut, its parts join to it again', () => {
  const vectors = fc.array(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 }), { minLength: 1, maxLength: 9 });
  const answerOf = (list: readonly (readonly number[])[], tokens: number): string =>
    JSON.stringify({
      model: 'g',
      data: list.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      object: 'list',
      usage: { completion_tokens: 0, prompt_tokens: tokens, total_tokens: tokens, prompt_tokens_details: { image_count: 2 * tokens } },
    });
  fc.assert(
    fc.property(vectors, fc.nat(9), (all, cut) => {
      const [first, second] = [all.slice(0, cut), all.slice(cut)].map((list) => answerOf(list, list.length));
      const joined = partsOf(OPENAI).join([first ?? '', second ?? '']);
      expect(JSON.parse(joined.body)).toEqual(JSON.parse(answerOf(all, all.length)));
      expect(joined.usage).toMatchObject({ prompt_tokens: all.length });
    }),
  );
});
