import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toHandler } from '../src/node/to-handler.ts';
import { createStageOne } from '../src/stage1/create-stage-one.ts';
import { chatCall, listen, MASTER_KEY, partsFor } from './gateway.ts';

const GONE = vi.hoisted(() => (): never => {
  throw new Error('taken away');
});

vi.mock('@stagegate/gateway-engine/pipeline', GONE);
vi.mock('@stagegate/gateway-engine/upstream', GONE);
vi.mock('@stagegate/gateway-engine/routes', GONE);

const provider = await startFakeUpstream();
const stageOne = createStageOne(partsFor(provider.url));
let gateway: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  gateway = await listen((incoming, outgoing) => stageOne(incoming, outgoing));
});

afterAll(async () => {
  gateway.close();
  await provider.close();
});

test('the flow, the I/O and the routes of the engine really are gone', async () => {
  await expect(import('@stagegate/gateway-engine/pipeline')).rejects.toThrow();
  await expect(import('@stagegate/gateway-engine/upstream')).rejects.toThrow();
  await expect(import('@stagegate/gateway-engine/routes')).rejects.toThrow();
});

test('stage 1 still answers: whole, streamed, across dialects, models, errors', async () => {
  const whole = await fetch(chatCall(gateway.url));
  expect([whole.status, whole.headers.get('x-stagegate-lane')]).toStrictEqual([200, 'legacy-io']);
  expect(await whole.json()).toMatchObject({ object: 'chat.completion', model: 'chat' });

  const stream = await (await fetch(chatCall(gateway.url, { stream: true }))).text();
  expect(stream.trimEnd().endsWith('data: [DONE]')).toBe(true);

  const crossing = await (await fetch(chatCall(gateway.url, { model: 'messages', stream: true }))).text();
  expect(crossing).toMatch(/"object":"chat\.completion\.chunk"[^]*data: \[DONE\]\n\n$/u);

  const models = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
  expect(await models.json()).toMatchObject({ object: 'list' });
  expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401);
  expect((await fetch(`${gateway.url}/nowhere`)).status).toBe(404);
  expect((await fetch(`${gateway.url}/v1/chat/completions`)).status).toBe(405);
});

test('its Handler is the same code', async () => {
  const answer = await toHandler(stageOne)(chatCall('http://gateway.test'));
  expect([answer.status, answer.headers.get('x-stagegate-lane')]).toStrictEqual([200, 'legacy-io']);
});
