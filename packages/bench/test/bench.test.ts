import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { GATEWAYS } from '../src/gateways/names.ts';
import { drive, quantiles, type LoadJob } from '../src/load/drive.ts';
import { callOf, CELLS } from '../src/measure/cells.ts';
import type { RoundFigures } from '../src/measure/floor.ts';
import { cpuMicroseconds, residentMegabytes } from '../src/measure/read-proc.ts';
import { reportFloor, reportPeers } from '../src/report/floor-report.ts';
import { median } from '../src/report/median.ts';
import { reportOutage } from '../src/report/outage-report.ts';
import { chatAnswer, chatBody, chatEvents, messageEvents, MODELS } from '../src/upstream/payloads.ts';
import { startMock } from '../src/upstream/start-mock.ts';

const mock = await startMock();

afterAll(() => mock.close());

test('payloads have the sizes that the goals were set with', () => {
  expect(Buffer.byteLength(chatAnswer())).toBe(1_155);
  expect([chatEvents().length, messageEvents().length]).toStrictEqual([32, 32]);
  expect(Math.abs(Buffer.byteLength(chatBody(MODELS.same, false)) - 1_100)).toBeLessThan(100);
  for (const text of [...chatEvents().slice(0, -1), ...messageEvents()]) {
    const data = text.slice(text.indexOf('data: ') + 6);
    expect(JSON.parse(data)).toBeTypeOf('object');
  }
});

function jobOf(cell: (typeof CELLS)[number], more: Partial<LoadJob> = {}): LoadJob {
  return { ...callOf(cell), port: mock.port, body: cell.body, connections: 4, requests: 40, secondsMax: 5, ...more };
}

test.each(CELLS)('the load drives $id and counts no error', async (cell) => {
  const result = await drive(jobOf(cell));
  expect([result.completed, result.errors]).toStrictEqual([40, 0]);
  expect(result.firstByte.p50).toBeLessThanOrEqual(result.latency.p50);
});

test('an answer that does not end as it should is an error, and so is a connection that breaks', async () => {
  const [cell] = CELLS;
  if (cell === undefined) throw new Error('no cells');
  expect((await drive(jobOf(cell, { endMark: 'never' }))).errors).toBe(40);
  const nobody = await drive(jobOf(cell, { port: 1 }));
  expect([nobody.completed, nobody.errors]).toStrictEqual([0, 4]);
});

test('a run that takes too long stops by itself', async () => {
  const hanging = await startMock({ onHung: () => undefined, onGone: () => undefined });
  const [cell] = CELLS;
  if (cell === undefined) throw new Error('no cells');
  const result = await drive(jobOf(cell, { port: hanging.port, secondsMax: 0.2 }));
  expect(result.completed).toBe(0);
  hanging.close();
});

test('quantiles and medians', () => {
  expect(quantiles(Array.from({ length: 100 }, (_, index) => index))).toStrictEqual({ p50: 50, p95: 95, p99: 99 });
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toStrictEqual([2, 2]);
  expect(median([])).toBeNaN();
});

test('/proc says what this process has used', () => {
  expect(cpuMicroseconds(process.pid)).toBeGreaterThan(0);
  const { now, peak } = residentMegabytes(process.pid);
  expect(now).toBeGreaterThan(10);
  expect(peak).toBeGreaterThanOrEqual(now * 0.9);
});

function roundOf(gateway: RoundFigures['gateway'], cpu: number, errors = 0): RoundFigures {
  const zero = { p50: 0, p95: 0, p99: 0 };
  const load = { completed: 1, errors, seconds: 1, latency: zero, firstByte: zero };
  const cells = CELLS.map(({ id }) => ({ cell: id, requestsPerSecond: 1, cpuMicroseconds: cpu, slices: [cpu], load }));
  return { gateway, bootMs: 1, idleMegabytes: 1, peakMegabytes: 1, cells };
}

function allAt(cpu: number, errors = 0): readonly RoundFigures[] {
  return GATEWAYS.map((name) => roundOf(name, name === 'relay' ? 100 : cpu, errors));
}

test('goals are reached, missed, and void with errors', () => {
  expect(reportFloor(allAt(160)).reached).toBe(true);
  expect(reportFloor(allAt(161)).reached).toBe(false);
  expect(reportFloor(allAt(100, 1)).reached).toBe(false);
  expect(reportFloor(allAt(160)).text).toContain('1.60 ×');
  expect(reportFloor(allAt(160)).text).toContain('Over: none.');
  expect(reportFloor(allAt(165)).text).toContain('Over: hono, CPU of chat is 1.65 × and not ≤ 1.6 ×.');
});

test('a round in which the machine was busy with something else does not decide', () => {
  const busy = allAt(160).map((round) => ({
    ...round,
    cells: round.cells.map((cell) => ({ ...cell, slices: cell.slices.map((cpu) => cpu * (round.gateway === 'relay' ? 1 : 3)) })),
  }));
  expect(reportFloor([...allAt(160), ...busy, ...allAt(150)]).reached).toBe(true);
});

test('others stand beside ours: a row where they were asked, ratios to lane hono, and no call lost', () => {
  const portkey = roundOf('portkey', 400);
  const rounds = [roundOf('relay', 50), roundOf('hono', 100), roundOf('litellm', 5_000), { ...portkey, cells: portkey.cells.slice(0, 1) }];
  const { text, reached } = reportPeers(rounds);
  expect(reached).toBe(true);
  const [whole = '', ...streams] = text.split('**stream');
  expect(whole).toMatch(/^\| litellm .* 50\.00 /mu);
  expect(whole).toMatch(/^\| portkey .* 4\.00 /mu);
  expect(streams[0]).toContain('| litellm ');
  expect(streams[0]).not.toContain('portkey');
  expect(reportPeers([...rounds, roundOf('front', 100, 1)]).reached).toBe(false);
});

test('the load says what a gateway wants to hear beside the key', async () => {
  const heard: unknown[] = [];
  const server = createServer(({ headers }, response) => {
    heard.push([headers.authorization, headers['x-wanted']]);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const [cell] = CELLS;
  if (cell === undefined) throw new Error('no cells');
  const { port } = server.address() as AddressInfo;
  await drive(jobOf(cell, { port, requests: 1, connections: 1, headers: { 'x-wanted': 'yes' } }));
  expect(heard).toStrictEqual([[callOf(cell).authorization, 'yes']]);
});

test('an outage is survived when the budget holds, calls are answered again, and none is lost', () => {
  const figures = { gateway: 'hono', calls: 1_000, asked: 1_300, downSeconds: 10, lost: 0, answeredRatio: 1 } as const;
  expect(reportOutage([figures]).reached).toBe(true);
  expect(reportOutage([{ ...figures, asked: 1_301 }]).reached).toBe(false);
  expect(reportOutage([{ ...figures, answeredRatio: 0.98 }]).reached).toBe(false);
  expect(reportOutage([{ ...figures, lost: 1 }]).reached).toBe(false);
});
