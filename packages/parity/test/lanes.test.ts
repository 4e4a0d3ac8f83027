import { chooseTransform, fail, type ChooseTransform } from '@stagegate/core-transforms';
import { isUpstreamFailure } from '@stagegate/gateway-engine/ports';
import { loadDeployments, loadVectors, type Vector } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { createConfigOf } from '../src/vectors/lane-config.ts';
import { HTTP_LANES, LANE_FACTORIES } from '../src/lanes/lane-factory.ts';
import { createLanePlayer } from '../src/vectors/lane-player.ts';
import { playVectors } from '../src/vectors/play.ts';
import { createRecordedUpstream } from '../src/vectors/recorded-upstream.ts';

const VECTORS = loadVectors(undefined, 'chat_completions/{openai,anthropic}/*-basic*');
const CONFIG_OF = createConfigOf(VECTORS, loadDeployments());

/** Refuses every answer: what a lane gives then is wrong, and only that lane's. */
const broken: ChooseTransform = (plan) => {
  const chosen = chooseTransform(plan);
  if (!chosen.ok) return chosen;
  const spoilt = { kind: 'bad-upstream', provider: 'nobody', message: 'broken by a test' } as const;
  const stream = chosen.value.stream;
  return {
    ...chosen,
    value: {
      ...chosen.value,
      response: () => fail(spoilt),
      stream: (call, toPlan) => ({ ...stream(call, toPlan), end: (state) => ({ state, out: [], error: spoilt }) }),
    },
  };
};

const countFailed = async (lanes: readonly (typeof HTTP_LANES)[number][], transforms: ChooseTransform): Promise<readonly string[]> => {
  const [first, ...others] = lanes;
  const players = [first, ...others].flatMap((lane) =>
    lane === undefined ? [] : [createLanePlayer(lane, LANE_FACTORIES[lane], CONFIG_OF, lane === first ? transforms : chooseTransform)],
  );
  const { cases } = await playVectors(VECTORS, players, []);
  await Promise.all(players.map((player) => player.close()));
  return cases.filter(({ outcome }) => outcome === 'failed').map(({ id, reasons }) => `${id} ${reasons.join(' ')}`);
};

test.each(HTTP_LANES)('a transform that is broken in %s alone is found, there and between lanes', async (lane) => {
  const other = HTTP_LANES.find((name) => name !== lane) ?? lane;
  const failed = await countFailed([lane, other], broken);
  expect(failed.length).toBe(VECTORS.length);
  expect(failed.every((line) => line.includes(`${lane}: answer`) && line.includes(`${lane}/${other}: lanes`))).toBe(true);
  expect(failed.every((line) => !line.includes(`${other}: answer`))).toBe(true);
});

const RECORDED: Pick<Vector, 'provider_request' | 'provider_exchanges' | 'provider_stream'> = {
  provider_request: { method: 'POST', path: '/x', headers: {}, body: {} },
  provider_exchanges: [
    {
      request: { method: 'POST', path: '/x', headers: {}, body: {} },
      provider_response: { status: 202, headers: {}, body: { first: true } },
    },
    {
      request: { method: 'GET', path: '/x', headers: {}, body: null },
      provider_stream: { status: 200, headers: {}, text: 'a'.repeat(300), end: 'abort' },
    },
  ],
};

const REQUEST = {
  url: 'http://upstream.test/x?y=1',
  headers: { 'x-a': 'b' },
  timeouts: { connectMs: 0, headersMs: 0, idleMs: 0, totalMs: 0 },
} as const;

test('the recorded provider answers in order, resets, keeps what it was sent, and has nothing more', async () => {
  const recorded = createRecordedUpstream();
  const vector = VECTORS[0]?.vector;
  if (vector === undefined) throw new Error('no vectors');
  recorded.load({ ...vector, ...RECORDED });
  const { signal } = new AbortController();
  const first = await recorded.upstream.send({ ...REQUEST, method: 'POST', body: '{"a":1}' }, signal);
  if (isUpstreamFailure(first)) throw new Error(first.message);
  expect([
    first.status,
    String(await first.readAll(1_000).then((bytes) => (bytes instanceof Uint8Array ? Buffer.from(bytes) : bytes.kind))),
  ]).toEqual([202, '{"first":true}']);
  const second = await recorded.upstream.send({ ...REQUEST, method: 'GET', body: '' }, signal);
  if (isUpstreamFailure(second)) throw new Error(second.message);
  const sizes: number[] = [];
  expect(await second.forEachChunk((chunk) => void sizes.push(chunk.length))).toMatchObject({ kind: 'reset' });
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(300);
  expect(await recorded.upstream.send({ ...REQUEST, method: 'POST', body: 'x' }, signal)).toMatchObject({ kind: 'connect' });
  expect(recorded.sent()).toMatchObject([
    { method: 'POST', path: '/x?y=1', headers: { 'x-a': 'b' }, body: { a: 1 } },
    { method: 'GET', body: null },
    { body: { $text: 'x' } },
  ]);
});

test('the same provider through fetch', async () => {
  const recorded = createRecordedUpstream();
  const vector = VECTORS[0]?.vector;
  if (vector === undefined) throw new Error('no vectors');
  recorded.load({ ...vector, ...RECORDED });
  expect(await (await recorded.fetch(REQUEST.url, { method: 'POST', body: '{}' })).json()).toEqual({ first: true });
  await expect((await recorded.fetch(REQUEST.url)).text()).rejects.toThrow('terminated');
  await expect(recorded.fetch(REQUEST.url)).rejects.toThrow('fetch failed');
});
