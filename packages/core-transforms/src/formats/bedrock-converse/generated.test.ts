import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyChat } from '../../../test/any-chat.ts';
import { awsMessage } from '../../../test/aws-message.ts';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { byteByByte, joinBytes, runBinary } from '../../../test/run-binary.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import { bedrockInvokeFormat } from '../bedrock-invoke/format.ts';
import { bedrockNovaFormat } from '../bedrock-invoke/nova.ts';
import { bedrockTextFormat } from '../bedrock-text/format.ts';
import { bedrockConverseFormat } from './format.ts';

const CASES: readonly (readonly [format: ProviderFormat, model: string])[] = [
  [bedrockConverseFormat, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  [bedrockConverseFormat, 'us.amazon.nova-2-lite-v1:0'],
  [bedrockConverseFormat, 'openai.gpt-oss-120b-1:0'],
  [bedrockConverseFormat, 'meta.llama3-1-70b-instruct-v1:0'],
  [bedrockInvokeFormat, 'invoke/us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  [bedrockInvokeFormat, 'anthropic.claude-opus-4-7'],
  [bedrockNovaFormat, 'invoke/us.amazon.nova-lite-v1:0'],
  [bedrockTextFormat, 'invoke/mistral.mistral-7b-instruct-v0:2'],
];

test.each(CASES)('$0.id, $1: no request makes it throw, and none is changed', (format, model) => {
  fc.assert(
    fc.property(anyChat(), fc.boolean(), (chat, lenient) => {
      const plan = deepFreeze(makePlan(`bedrock/${model}`, { settings: { dropParams: lenient, modifyParams: lenient } }));
      const made = format.request(deepFreeze(chat), plan, AMBIENT, {});
      if (made.ok) format.endpoint(plan, made.value, {}, chat);
    }),
    { numRuns: 150 },
  );
});

test.each(CASES)('$0.id, $1: no answer makes it throw', (format, model) => {
  const plan = makePlan(`bedrock/${model}`);
  const content = fc.array(
    fc.dictionary(fc.constantFrom('text', 'toolUse', 'reasoningContent', 'citationsContent', 'type', 'input'), fc.jsonValue()),
  );
  const answer = fc.oneof(
    fc.jsonValue(),
    fc.record({ output: fc.record({ message: fc.record({ content }) }), stopReason: fc.jsonValue(), usage: fc.jsonValue() }),
    fc.record({ content, stop_reason: fc.jsonValue(), usage: fc.jsonValue() }),
    fc.record({ outputs: fc.array(fc.jsonValue()), usage: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(answer, (given) => {
      format.response({ status: 200, headers: {}, body: JSON.stringify(given) }, plan, AMBIENT, { messages: [] });
      format.error({ status: 400, headers: {}, body: JSON.stringify(given) }, plan);
    }),
    { numRuns: 150 },
  );
});

const index = fc.nat({ max: 2 });
const text = fc.string({ maxLength: 5 });
const delta = fc.oneof(
  text.map((said): JsonObject => ({ text: said })),
  text.map((said): JsonObject => ({ toolUse: { input: said } })),
  text.map((said): JsonObject => ({ reasoningContent: { text: said } })),
  text.map((said): JsonObject => ({ reasoningContent: { signature: said } })),
  fc.constant<JsonObject>({ citation: { title: 't' } }),
);
const event: fc.Arbitrary<readonly [name: string, payload: JsonObject]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(index, delta).map(([at, given]) => ['contentBlockDelta', { contentBlockIndex: at, delta: given }] as const),
  },
  {
    weight: 2,
    arbitrary: index.map(
      (at) => ['contentBlockStart', { contentBlockIndex: at, start: { toolUse: { toolUseId: `id-${at}`, name: 'find' } } }] as const,
    ),
  },
  { weight: 2, arbitrary: index.map((at) => ['contentBlockStop', { contentBlockIndex: at }] as const) },
  fc.constantFrom<readonly [string, JsonObject]>(
    ['messageStart', { role: 'assistant' }],
    ['messageStop', { stopReason: 'end_turn' }],
    ['metadata', { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } }],
    ['brandNew', { a: 1 }],
  ),
  fc
    .dictionary(fc.constantFrom('delta', 'start', 'contentBlockIndex', 'usage', 'stopReason'), fc.jsonValue())
    .map((given) => ['contentBlockDelta', JSON.parse(JSON.stringify(given))] as const),
);

test('whatever comes of Converse: no throw, at most one end, and the same byte by byte', () => {
  const plan = makePlan('bedrock/us.amazon.nova-lite-v1:0', { stream: true });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 10 }), (events) => {
      const bytes = joinBytes(
        events.map(([name, payload]) => awsMessage({ ':message-type': 'event', ':event-type': name }, JSON.stringify(payload))),
      );
      const whole = runBinary(bedrockConverseFormat, plan, { messages: [] }, [bytes]);
      expect(runBinary(bedrockConverseFormat, plan, { messages: [] }, byteByByte(bytes))).toEqual(whole);
      const finishes = whole.out.filter(({ choices }) => JSON.stringify(choices).includes('"finish_reason":"'));
      expect(finishes.length + (whole.error === undefined ? 0 : 1)).toBe(1);
    }),
    { numRuns: 200 },
  );
});
