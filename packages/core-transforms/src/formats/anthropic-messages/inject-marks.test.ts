import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { injectMarks, injectNativeMarks, toolMark } from './inject-marks.ts';

const MARK = { type: 'ephemeral' };
const LONG = { type: 'ephemeral', ttl: '1h' };
const SYSTEM = { role: 'system', content: 'S' };
const ASK = {
  role: 'user',
  content: [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b' },
  ],
};
const ANSWER = { role: 'assistant', content: 'c' };

function marked(points: readonly JsonObject[], more: JsonObject = {}): unknown {
  return injectMarks(deepFreeze({ messages: [SYSTEM, ASK, ANSWER], cache_control_injection_points: points, ...more }));
}

describe('on messages', () => {
  test('by role and by place; a text is marked beside it, a list on its last part', () => {
    expect(
      marked([
        { location: 'message', role: 'system' },
        { location: 'message', index: -2, control: LONG },
      ]),
    ).toEqual([
      { ...SYSTEM, cache_control: MARK },
      {
        ...ASK,
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b', cache_control: LONG },
        ],
      },
      ANSWER,
    ]);
    expect(marked([{ location: 'message', index: '2' }])).toEqual([SYSTEM, ASK, { ...ANSWER, cache_control: MARK }]);
  });

  test.each([
    [{ location: 'message', index: 9 }],
    [{ location: 'message', index: 'x' }],
    [{ location: 'message' }],
    [{ location: 'elsewhere' }],
  ])('nothing by %j', (point) => {
    expect(marked([point])).toEqual([SYSTEM, ASK, ANSWER]);
  });

  test('what is marked stays, and there are four marks at most', () => {
    const own = { ...SYSTEM, cache_control: LONG };
    const messages = [own, ASK, ANSWER, ASK, ANSWER, ASK];
    const tools = [{ function: { name: 'f', cache_control: MARK } }];
    const points = [{ location: 'message', role: 'system' }, { location: 'message', role: 'user' }, { location: 'tool_config' }];
    const given = injectMarks(deepFreeze({ messages, tools, cache_control_injection_points: points }));
    expect(JSON.stringify(given).match(/cache_control/gu)).toHaveLength(2);
    expect(given).toMatchObject([own, { content: [{}, { cache_control: MARK }] }, ANSWER, ASK, ANSWER, ASK]);
  });

  test('without points they are the very same', () => {
    const messages = [ASK];
    expect(injectMarks({ messages })).toBe(messages);
  });
});

test("in Anthropic's dialect the system prompt is a place of its own, and texts become blocks", () => {
  const points = [
    { location: 'message', role: 'system' },
    { location: 'message', index: -1 },
  ];
  expect(injectNativeMarks(deepFreeze({ system: 'S', messages: [ANSWER], cache_control_injection_points: points }))).toMatchObject({
    system: [{ type: 'text', text: 'S', cache_control: MARK }],
    messages: [{ role: 'assistant', content: [{ type: 'text', text: 'c', cache_control: MARK }] }],
  });
  const own = { system: [{ type: 'text', text: 'S', cache_control: LONG }], messages: [ANSWER] };
  expect(injectNativeMarks(deepFreeze({ ...own, cache_control_injection_points: points })).system).toBe(own.system);
  expect(injectNativeMarks(own)).toBe(own);
});

test('tools', () => {
  expect(toolMark({ cache_control_injection_points: [{ location: 'tool_config' }] })).toEqual(MARK);
  expect(toolMark({})).toBeUndefined();
});
