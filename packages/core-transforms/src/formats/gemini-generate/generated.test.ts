import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import type { JsonObject } from '../../contract/json.ts';
import { cleanSchema } from './clean-schema.ts';
import { toGenerateBody } from './request.ts';
import { toChatCompletion } from './response.ts';
import { generateChunks } from './stream.ts';

const MODELS = ['gemini/gemini-2.5-flash', 'gemini/gemini-3-pro-preview', 'vertex_ai/gemini-2.5-flash', 'vertex_ai/1234'];

function toObject(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

const anything = fc.jsonValue({ maxDepth: 3 });

function members(names: readonly string[]): fc.Arbitrary<JsonObject> {
  return fc.dictionary(fc.constantFrom(...names), anything).map(toObject);
}

test('no request makes it throw, and none is changed', () => {
  const type = fc.constantFrom('text', 'image_url', 'file', 'input_audio', 'image', 'input_image');
  const part = fc.record({ type, rest: members(['text', 'image_url', 'file', 'input_audio', 'source', 'file_data']) });
  const message = fc.record({
    role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'function', 'developer'),
    content: fc.oneof(fc.string(), fc.array(part.map(({ rest, ...one }) => ({ ...rest, ...one }))), anything),
    rest: members(['tool_calls', 'tool_call_id', 'name', 'function_call', 'images', 'reasoning_content', 'provider_specific_fields']),
  });
  const tool = fc.oneof(members(['type', 'function', 'name', 'googleSearch', 'googleMaps', 'computerUse', 'parameters']), anything);
  const params = members([
    'stop',
    'thinking',
    'reasoning_effort',
    'response_format',
    'tool_choice',
    'web_search_options',
    'functions',
    'modalities',
    'audio',
    'n',
    'metadata',
    'labels',
    'extra_body',
    'extra_headers',
    'safety_settings',
    'service_tier',
    'cached_content',
    'logprobs',
  ]);
  const request = fc.record({ messages: fc.oneof(fc.array(message), anything), tools: fc.oneof(fc.array(tool), anything), params });
  fc.assert(
    fc.property(request, fc.constantFrom(...MODELS), fc.boolean(), ({ messages, tools, params: given }, model, lenient) => {
      const list: readonly unknown[] | undefined = Array.isArray(messages) ? messages : undefined;
      const told = list
        ? list.map((one) => (typeof one === 'object' && one !== null && 'rest' in one ? { ...toObject(one.rest), ...one, rest: 1 } : one))
        : messages;
      const plan = makePlan(model, { settings: { dropParams: lenient, modifyParams: lenient } });
      toGenerateBody(deepFreeze(toObject({ messages: told, tools, ...given })), deepFreeze(plan));
    }),
    { numRuns: 500 },
  );
});

test('no schema makes the cleaning throw, and none is changed', () => {
  const names = ['properties', 'items', 'anyOf', 'enum', '$defs', '$ref', 'required', 'description', 'format', 'title'];
  const { schema } = fc.letrec<{ schema: JsonObject; inner: unknown }>((tie) => ({
    inner: fc.oneof(
      { maxDepth: 2 },
      anything,
      fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')),
      fc.array(tie('schema'), { maxLength: 2 }),
    ),
    schema: fc
      .record({
        type: fc.constantFrom('object', 'array', 'string', 'null', ['string', 'null']),
        own: fc.dictionary(fc.constantFrom(...names), tie('inner'), { maxKeys: 3 }),
      })
      .map(({ own, ...rest }) => toObject({ ...own, ...rest })),
  }));
  fc.assert(
    fc.property(schema, (given) => {
      cleanSchema(deepFreeze(given));
    }),
    { numRuns: 300 },
  );
});

const text = fc.string({ maxLength: 6 });
const anyPart: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ text, thought: fc.boolean(), thoughtSignature: fc.option(text) }),
  text.map((one) => ({ text: one })),
  fc.record({ functionCall: fc.record({ name: text, args: anything }) }).map(toObject),
  fc.record({ inlineData: fc.record({ mimeType: fc.constantFrom('image/png', 'audio/pcm', 'x'), data: text }) }),
  fc.record({ executableCode: fc.record({ code: text }) }),
  members(['text', 'functionCall', 'inlineData', 'toolCall', 'toolResponse', 'codeExecutionResult', 'thought', 'thoughtSignature']),
);
const anyCandidate: fc.Arbitrary<JsonObject> = fc
  .record({
    content: fc.record({ parts: fc.array(anyPart, { maxLength: 3 }) }),
    finishReason: fc.option(fc.constantFrom('STOP', 'MAX_TOKENS', 'SAFETY', 'NEW'), { nil: undefined }),
    index: fc.constantFrom(0, 0, 0, 1, undefined),
    rest: members(['groundingMetadata', 'logprobsResult', 'citationMetadata', 'safetyRatings']),
  })
  .map(({ rest, ...candidate }) => toObject({ ...rest, ...candidate }));
const anyEvent: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ candidates: fc.array(anyCandidate, { maxLength: 2 }), usageMetadata: anything }).map(toObject),
  },
  { weight: 1, arbitrary: members(['candidates', 'usageMetadata', 'promptFeedback', 'error', 'responseId', 'modelVersion']) },
  fc.constant<JsonObject>({ candidates: [{ finishReason: 'STOP', index: 0 }] }),
);

test('no answer makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyEvent.map((event) => JSON.stringify(event)),
        fc.string(),
      ),
      fc.constantFrom(...MODELS),
      (body, model) => {
        toChatCompletion({ status: 200, headers: {}, body }, makePlan(model), AMBIENT, { functions: body.length % 2 === 0 ? [] : [{}] });
      },
    ),
    { numRuns: 500 },
  );
});

test('whatever streams: no throw, one end, and the same however it was cut and framed', () => {
  const plan = makePlan('gemini/gemini-2.5-flash', { stream: true });
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), (events) => {
      const sent = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
      const whole = runMachine(generateChunks(plan, {}), [sent]);
      expect(runMachine(generateChunks(plan, {}), [...sent])).toEqual(whole);
      expect(runMachine(generateChunks(plan, {}), [...JSON.stringify(events)])).toEqual(whole);
      const ends = whole.out.filter(({ choices }) => JSON.stringify(choices).includes('"finish_reason":"'));
      expect(ends.length + (whole.error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 120 },
  );
});
