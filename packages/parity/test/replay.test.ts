import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chooseTransform,
  isObject,
  parseJson,
  type CallTransform,
  type ChooseTransform,
  type JsonObject,
} from '@stagegate/core-transforms';
import type { CallRecord } from '@stagegate/gateway-engine/record';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HTTP_LANES, LANE_FACTORIES, type HttpLane, type LaneFactory } from '../src/lanes/lane-factory.ts';
import { toReplayConfig } from '../src/replay/replay-config.ts';
import type { LaneParts } from '../src/replay/replay-lane.ts';
import { replayRecords, type ReplayOptions } from '../src/replay/replay-records.ts';
import { toRunRules } from '../src/replay/run-rules.ts';
import { generalPath, surfaceOf, type Comparison, type Surface } from '../src/verdict/comparison.ts';
import { recordVectors, vectorsConfig, writeRecords } from './support/make-records.ts';
import { breakRequests } from './support/break-request.ts';

const CONFIG = vectorsConfig();
let dir = '';
let records: readonly CallRecord[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'replay-'));
  const filters = [
    'chat_completions/{openai,anthropic}/*-{basic,basic-stream,tool,tools}',
    '**/err-oai-*-status_{429,500}',
    'messages/openai/*-basic*',
  ];
  records = (await Promise.all(filters.map((filter) => recordVectors('hono', filter)))).flat();
  await writeRecords(dir, records);
});

afterAll(() => rmSync(dir, { recursive: true }));

const replay = async (
  lanes: readonly HttpLane[],
  parts: ReplayOptions['parts'] = {},
  noiseShare = 0,
  config = CONFIG,
): Promise<readonly Comparison[]> => {
  const comparisons: Comparison[] = [];
  await replayRecords(
    {
      records: dir,
      config: toReplayConfig(config),
      rules: toRunRules(config, lanes, undefined),
      accepted: [],
      noiseShare,
      showContent: false,
      share: { index: 0, of: 1 },
      skips: () => false,
      parts,
    },
    {
      onComparison: (comparison) => comparisons.push(comparison),
      onOtherRule: () => expect.unreachable('of another rule'),
      onProblem: ({ message }) => expect.unreachable(message),
    },
  );
  return comparisons;
};

test('every lane does what was recorded, on every surface, and what every other lane does', async () => {
  expect(records.length).toBeGreaterThan(20);
  const comparisons = await replay(HTTP_LANES, {}, 1);
  expect(comparisons.map(({ id }) => id)).toStrictEqual(records.map(({ id }) => id));
  expect(comparisons.filter(({ outcome }) => outcome !== 'matched')).toStrictEqual([]);
  expect(comparisons.every(({ noise }) => noise?.length === 0)).toBe(true);
  const latencies = comparisons[0]?.latencies ?? {};
  expect(Object.keys(latencies)).toStrictEqual(['record', ...HTTP_LANES]);
});

/** A choice of transforms in which one part is broken. */
const breaking =
  (part: (transform: CallTransform) => Partial<CallTransform>): ChooseTransform =>
  (plan) => {
    const chosen = chooseTransform(plan);
    return chosen.ok ? { ...chosen, value: { ...chosen.value, ...part(chosen.value) } } : chosen;
  };

const editBody = (text: string, edit: (body: JsonObject) => JsonObject): string => {
  const body = parseJson(text);
  return isObject(body) ? JSON.stringify(edit(body)) : text;
};

/** One fault for each surface: what is broken, and where it must be found. */
const FAULTS: readonly (readonly [surface: Surface, path: string, parts: LaneParts])[] = [
  [
    'request',
    'request.body.temperature',
    {
      transforms: breakRequests((body) => ({ ...body, temperature: 0.123 })),
    },
  ],
  [
    'answer',
    'answer.body.usage',
    {
      transforms: breaking(({ response }) => ({
        response: (answer, call, plan, ambient) => {
          const made = response(answer, call, plan, ambient);
          return made.ok
            ? { ...made, value: { ...made.value, body: editBody(made.value.body, ({ usage: _usage, ...rest }) => rest) } }
            : made;
        },
      })),
    },
  ],
  [
    'answer',
    'answer.events[*]',
    {
      transforms: breaking(({ stream }) => ({
        stream: (call, plan) => {
          const machine = stream(call, plan);
          // Every event twice.
          return {
            ...machine,
            step: (state, text) => {
              const step = machine.step(state, text);
              return { ...step, out: step.out.flatMap((out) => [out, out]) };
            },
          };
        },
      })),
    },
  ],
  [
    'status',
    'answer.status',
    {
      transforms: breaking(({ error }) => ({
        error: (answer, plan) => error({ ...answer, status: 503 }, plan),
      })),
    },
  ],
  ['headers', 'answer.headers.llm_provider-x-request-id', { factory: withoutProviderHeader('x-request-id') }],
  ['effects', 'effects.logged', { factory: withoutLog() }],
];

/** A lane that does not see one header of its provider. */
function withoutProviderHeader(name: string): LaneFactory {
  const strip = (headers: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name));
  return (deps) =>
    LANE_FACTORIES.hono({
      ...deps,
      upstream: {
        ...deps.upstream,
        send: async (request, signal) => {
          const answer = await deps.upstream.send(request, signal);
          return 'kind' in answer ? answer : { ...answer, headers: strip(answer.headers) };
        },
      },
    });
}

/** A lane that tells nobody of its failures. */
function withoutLog(): LaneFactory {
  return (deps) => LANE_FACTORIES.hono({ ...deps, log: { ...deps.log, warn: () => undefined } });
}

const found = (comparisons: readonly Comparison[], sides: string, surface: Surface): readonly string[] =>
  comparisons.flatMap(({ mismatches }) =>
    mismatches.filter((one) => one.sides === sides && surfaceOf(one.path) === surface).map(({ path }) => generalPath(path)),
  );

test.each(FAULTS)('a fault on the surface %s is found at %s in the lane that has it, and between lanes', async (surface, path, parts) => {
  const comparisons = await replay(['legacy-thin', 'hono'], { hono: parts });
  // What is logged is no part of a record, so only lanes can differ in it.
  if (surface !== 'effects') expect(found(comparisons, 'hono', surface)).toContainEqual(expect.stringContaining(path));
  expect(found(comparisons, 'legacy-thin/hono', surface)).toContainEqual(expect.stringContaining(path));
  expect(comparisons.flatMap(({ mismatches }) => mismatches).filter(({ sides }) => sides === 'legacy-thin')).toStrictEqual([]);
});

test.each(FAULTS.filter(([surface]) => surface !== 'effects'))(
  'the same fault in both lanes, on %s, is found at %s against the record, where lanes agree',
  async (surface, path, parts) => {
    const broken: ReplayOptions['parts'] = { hono: parts, 'legacy-thin': parts };
    const comparisons = await replay(['legacy-thin', 'hono'], broken);
    for (const lane of ['hono', 'legacy-thin']) {
      expect(found(comparisons, lane, surface)).toContainEqual(expect.stringContaining(path));
    }
    expect(comparisons.flatMap(({ mismatches }) => mismatches).filter(({ sides }) => sides.includes('/'))).toStrictEqual([]);
  },
);

test('a lane that throws, and one that answers in no time, are told from one that differs', async () => {
  const throws: LaneParts = {
    factory: async () => ({
      lane: { id: 'hono', handler: () => Promise.reject(new Error('a bug of a test')), listener: () => undefined },
      close: async () => undefined,
    }),
  };
  const comparisons = await replay(['hono'], { hono: throws });
  expect(comparisons.every(({ outcome, mismatches }) => outcome === 'mismatched' && mismatches[0]?.path === 'thrown')).toBe(true);
});

test('what a retry waits for has happened: nothing is waited for again', { timeout: 60_000 }, async () => {
  const asked = records.filter(({ attempts }) => attempts.some(({ answer }) => Number(answer?.headers['retry-after']) >= 10));
  expect(asked).not.toStrictEqual([]);
  const comparisons = await replay(HTTP_LANES, {}, 0, vectorsConfig({ router_settings: { num_retries: 3 } }));
  // Each is asked for again, but no second request of it was recorded.
  const again = comparisons.filter(({ mismatches }) => mismatches.some(({ path, got }) => path.startsWith('request') && got !== 'nothing'));
  expect(again.map(({ id }) => id)).toEqual(expect.arrayContaining(asked.map(({ id }) => id)));
});

test('what differs from itself is noise', async () => {
  let calls = 0;
  const flickers: LaneParts = {
    transforms: breaking(({ response }) => ({
      response: (answer, call, plan, ambient) => {
        const made = response(answer, call, plan, ambient);
        calls += 1;
        return made.ok
          ? { ...made, value: { ...made.value, body: editBody(made.value.body, (body) => ({ ...body, flicker: calls })) } }
          : made;
      },
    })),
  };
  const comparisons = await replay(['hono'], { hono: flickers }, 1);
  expect(comparisons.some(({ noise }) => noise?.includes('answer.body.flicker') === true)).toBe(true);
});

test('what people wrote is not in what is kept of a mismatch', async () => {
  const silent: LaneParts = {
    transforms: breakRequests(({ messages: _messages, ...rest }) => rest),
  };
  const kept = JSON.stringify(await replay(['hono'], { hono: silent }));
  const asked = records.flatMap(({ client }) => ('text' in client.body ? [...client.body.text.matchAll(/"content":"([^"\\]{8,})/gu)] : []));
  expect(asked.length).toBeGreaterThan(5);
  expect(kept).toContain('‹text A, ');
  expect(asked.filter(([, text = '']) => kept.includes(text))).toStrictEqual([]);
});
