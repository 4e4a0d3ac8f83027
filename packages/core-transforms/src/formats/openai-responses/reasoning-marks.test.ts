import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import { toSse } from '../../../test/responses-events.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ReasoningMarks } from '../../contract/plan.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { toChatRequest } from './client-request.ts';
import { nativeResponses } from './native.ts';
import { readReasoningOrigin, withMark, withMarks, withoutMarks } from './reasoning-marks.ts';

/** Marks of encrypted reasoning: what is written is what LiteLLM 1.106.2 writes. */

const PART = 'litellm_enc:bW9kZWxfaWQ6ZGVwLTE=;gAAA;b';
const ID = 'encitem_bGl0ZWxsbTptb2RlbF9pZDpkZXAtMTtpdGVtX2lkOnJzXzE7eA==';
const OF_OTHER = 'litellm_enc:bW9kZWxfaWQ6w6k=;c';

const summary = [{ type: 'summary_text', text: 'thought' }];
const item = (more: JsonObject = {}): JsonObject => ({ type: 'reasoning', summary: [], ...more });
const marks = (deploymentId: string, ...others: readonly string[]): ReasoningMarks => ({
  deploymentId,
  reads: (id) => others.includes(id),
});

describe('marks', () => {
  const plain = item({ id: 'rs_1;x', encrypted_content: 'gAAA;b' });

  test('of an answer: on the encrypted part and on the id; in events on the part alone', () => {
    expect(withMark(deepFreeze(plain), marks('dep-1'), true)).toStrictEqual({ ...plain, id: ID, encrypted_content: PART });
    expect(withMark(plain, marks('dep-1'), false)).toStrictEqual({ ...plain, encrypted_content: PART });
    expect(withMark(item({ encrypted_content: 'c' }), marks('é'), true)).toStrictEqual(item({ encrypted_content: OF_OTHER }));
  });

  test.each([
    [[item(), { type: 'message', content: [] }, 'x', null], marks('dep-1')],
    [[plain], undefined],
    ['text', marks('dep-1')],
  ])('nothing is marked: %j', (output, own) => expect(withMarks(output, own)).toBeUndefined());

  test.each<[string, JsonValue | undefined, string | undefined]>([
    ['a part', [{ role: 'user', content: 'a' }, item({ encrypted_content: PART })], 'dep-1'],
    ['an id alone', [item({ id: ID, encrypted_content: 'c' })], 'dep-1'],
    ['an id without its padding', [item({ id: ID.replaceAll('=', '') })], 'dep-1'],
    ['the first of several', [item({ encrypted_content: OF_OTHER }), item({ encrypted_content: PART })], 'é'],
    ['no mark', [plain], undefined],
    ['text', PART, undefined],
    [
      'what only looks like marks',
      [item({ id: 'encitem_', encrypted_content: 'litellm_enc:%;c' }), item({ encrypted_content: 'litellm_enc:eA==;c' })],
      undefined,
    ],
  ])('the origin of an input with %s', (_name, input, origin) => expect(readReasoningOrigin(input)).toBe(origin));
});

describe('what a provider is sent', () => {
  const user = { role: 'user', content: 'go on' };
  const marked = item({ id: ID, encrypted_content: PART });
  const sent = (input: readonly JsonValue[], own?: ReasoningMarks): JsonValue | undefined => withoutMarks(deepFreeze([...input]), own);

  test('the parts and the ids as the provider gave them, whether or not marks are minded', () => {
    const plain = [user, item({ id: 'rs_1;x', encrypted_content: 'gAAA;b' })];
    for (const own of [undefined, marks('dep-1'), marks('other', 'dep-1')]) expect(sent([user, marked], own)).toStrictEqual(plain);
  });

  test('without what the deployment cannot read; a summary that says something stays', () => {
    const told = item({ id: ID, encrypted_content: PART, summary });
    expect(sent([marked, user, told], marks('other'))).toStrictEqual([user, item({ summary })]);
  });

  test('what has no mark came from where the first mark says', () => {
    const unmarked = item({ id: 'rs_2', encrypted_content: 'd' });
    const foreign = item({ encrypted_content: OF_OTHER });
    expect(sent([marked, unmarked, foreign, user], marks('dep-1'))).toStrictEqual([
      item({ id: 'rs_1;x', encrypted_content: 'gAAA;b' }),
      unmarked,
      user,
    ]);
    expect(sent([unmarked, foreign], marks('dep-1'))).toStrictEqual([]);
  });

  test('an input without marks is the very same', () => {
    const input = [user, item({ id: 'rs_2', encrypted_content: 'd' })];
    expect(withoutMarks(input, marks('other'))).toBe(input);
  });
});

describe('through the transforms', () => {
  const plan = { ...makePlan('openai/gpt-5', { dialect: 'openai-responses' }), reasoning: marks('dep-1') };
  const reasoning = item({ id: 'rs_1;x', encrypted_content: 'gAAA;b' });
  const shown = { ...reasoning, id: ID, encrypted_content: PART };
  const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5', output: [reasoning] };

  test('a whole answer, and the request that brings it back', () => {
    const call = { body: toRawObject({ model: 'm', input: [shown] }), headers: {} };
    const answer = nativeResponses.response({ status: 200, headers: {}, body: JSON.stringify(response) }, call, plan, AMBIENT);
    expect(answer.ok && JSON.parse(answer.value.body)).toMatchObject({ output: [shown] });
    const asked = nativeResponses.request(call, plan, AMBIENT);
    const body = asked.ok ? asked.value.body : '';
    expect(JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))).toMatchObject({ input: [reasoning] });
  });

  test('a stream', () => {
    const call = { body: toRawObject({ model: 'm', input: 'a', stream: true }), headers: {} };
    const events: JsonObject[] = [
      { type: 'response.created', sequence_number: 0, response: { ...response, output: [] } },
      { type: 'response.output_item.done', sequence_number: 1, output_index: 0, item: reasoning },
      { type: 'response.completed', sequence_number: 2, response },
    ];
    const { out } = runMachine(nativeResponses.stream(call, plan), [toSse(events)]);
    const read = out
      .join('')
      .split('\n\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line): JsonObject => JSON.parse(line.slice(6)));
    expect(read[1]?.['item']).toStrictEqual({ ...reasoning, encrypted_content: PART });
    expect(read[2]?.['response']).toMatchObject({ output: [shown] });
  });

  test('a provider that is asked over chat sees no marks either', () => {
    const thought = JSON.stringify([{ type: 'thinking', thinking: 't', signature: 's' }]);
    const input = withMarks([item({ encrypted_content: thought })], plan.reasoning);
    const asked = toChatRequest({ model: 'm', input: [...(Array.isArray(input) ? input : []), { role: 'user', content: 'a' }] }, plan);
    expect(JSON.stringify(asked.ok && asked.value)).toContain('"signature":"s"');
  });
});
