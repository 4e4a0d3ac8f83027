import { describe, expect, test } from 'vitest';
import { AMBIENT, makePlan } from '../../../test/make-plan.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { toRawObject } from '../../json/raw-object.ts';

const plan = makePlan('cohere/embed-v4.0', { dialect: 'openai-embeddings' });
const chosen = chooseTransform(plan);
if (!chosen.ok) throw new Error('no transform');
const transform = chosen.value;

function sent(body: JsonObject): unknown {
  const outcome = transform.request({ body: toRawObject(body), headers: {} }, plan, AMBIENT);
  return outcome.ok ? JSON.parse(String(outcome.value.body)) : outcome.error;
}

function answered(body: JsonObject): unknown {
  const call = { body: toRawObject({ input: 'four words of text' }), headers: {} };
  const outcome = transform.response({ status: 200, headers: {}, body: JSON.stringify(body) }, call, plan, AMBIENT);
  return outcome.ok ? JSON.parse(outcome.value.body) : outcome.error;
}

const IMAGE = 'data:image/png;base64,aGk=';

describe('request', () => {
  test.each<[JsonObject, JsonObject]>([
    [{ input: 'a' }, { texts: ['a'], input_type: 'search_document' }],
    [
      { input: ['a'], input_type: 'clustering', truncate: 'END' },
      { texts: ['a'], input_type: 'clustering', truncate: 'END' },
    ],
    [{ input: IMAGE }, { images: [IMAGE], input_type: 'image' }],
    [
      { input: ['a'], dimensions: 2, encoding_format: 'int8', extra_body: { max_tokens: 9 } },
      { texts: ['a'], input_type: 'search_document', embedding_types: ['int8'], output_dimension: 2, max_tokens: 9 },
    ],
  ])('%j', (body, expected) => {
    expect(sent(body)).toStrictEqual({ model: 'embed-v4.0', ...expected });
  });

  test('what is no text is refused', () => {
    expect(sent({ input: [1, 2] })).toMatchObject({ kind: 'bad-request', path: 'input' });
  });
});

describe('response', () => {
  test('each type has its own list, and what is billed is the usage', () => {
    expect(answered({ embeddings: { float: [[0.5]], int8: [[1]] }, meta: { billed_units: { input_tokens: 4, images: 2 } } })).toStrictEqual(
      {
        model: 'group',
        object: 'list',
        data: [
          { object: 'embedding', index: 0, embedding: [0.5] },
          { object: 'embedding', index: 0, embedding: [1] },
        ],
        usage: { completion_tokens: 0, prompt_tokens: 6, total_tokens: 6, prompt_tokens_details: { text_tokens: 4, image_tokens: 2 } },
      },
    );
  });

  test('where nothing is billed, the texts are estimated', () => {
    expect(answered({ embeddings: [[1]] })).toMatchObject({ usage: { prompt_tokens: 4, total_tokens: 4 } });
  });

  test('an answer without vectors cannot be used', () => {
    expect(answered({ id: 'x' })).toMatchObject({ kind: 'bad-upstream' });
  });
});
