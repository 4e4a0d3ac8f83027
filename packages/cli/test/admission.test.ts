import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';
import { silentLog } from '@stagegate/gateway-engine/ports';
import { readConfig } from '@stagegate/parity/lanes';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { wire } from '../src/wire.ts';
import { configFor, MASTER_KEY } from './support/gateway.ts';

/** How many calls a process takes at once, in front of every shell, as `stagegate serve` wires it. */

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());
beforeEach(() => upstream.clearScripts());

const HANGS = { end: 'hang', cutAfterBytes: 0 } as const;
const LIVENESS = { timeout: 60_000, interval: 5 };
const SHELLS = [
  ['front', 2],
  ['hono', 2],
  ['legacy', 1],
  ['legacy', 2],
] as const;

interface Asked {
  readonly answer: Promise<{ readonly status: number; readonly headers: Headers; readonly body: JsonObject } | 'gone'>;
  readonly leave: () => void;
  /** Once the gateway knows that he has left. */
  readonly noticed: () => Promise<void>;
}

describe.each(SHELLS)('%s %i', (shell, stage) => {
  async function start(
    general: JsonObject,
    more: JsonObject = {},
  ): Promise<(path?: string, headers?: Record<string, string>) => Promise<Asked>> {
    const wired = wire(
      readConfig(configFor(upstream.url, { ...more, general_settings: general })),
      { shell, stage, data: '' },
      { log: silentLog },
    );
    let arrived = 0;
    const over: boolean[] = [];
    const server = createServer((incoming, outgoing) => {
      const at = arrived;
      outgoing.once('close', () => (over[at] = true));
      wired.listener(incoming, outgoing);
      arrived += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await wired.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Each call has arrived before the next one is made: the order is part of what is tested.
    return async (path = '/v1/chat/completions', headers = {}) => {
      const before = arrived;
      const patience = new AbortController();
      const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] });
      const sent = fetch(`${url}${path}`, {
        headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', ...headers },
        signal: patience.signal,
        ...(path.startsWith('/v1/chat') && { method: 'POST', body }),
      });
      const read = sent.then(
        async (answer) => ({ status: answer.status, headers: answer.headers, body: (await answer.json()) as JsonObject }),
        () => 'gone' as const,
      );
      await expect.poll(() => arrived, LIVENESS).toBe(before + 1);
      return { answer: read, leave: () => patience.abort(), noticed: () => expect.poll(() => over[before], LIVENESS).toBe(true) };
    };
  }
  const heard = async (count: number): Promise<void> => expect.poll(() => upstream.requests.length, LIVENESS).toBe(count);

  /** One call at a time, one that waits; the first is on its way and stays there. `before`: what the provider had been asked by then. */
  async function startBusy(timeoutSeconds: number): Promise<{
    readonly ask: Awaited<ReturnType<typeof start>>;
    readonly before: number;
    readonly first: Asked;
  }> {
    const ask = await start({
      max_in_flight_requests_per_worker: 1,
      max_queued_requests_per_worker: 1,
      admission_queue_timeout_seconds: timeoutSeconds,
    });
    const before = upstream.requests.length;
    upstream.enqueue(HANGS);
    const first = await ask();
    await heard(before + 1);
    return { ask, before, first };
  }

  test('so many run, so many wait, the next is refused at once; health is told all the same', async () => {
    const { ask, before, first } = await startBusy(600);
    const second = await ask();
    const third = await (await ask()).answer;
    expect(third).toMatchObject({
      status: 503,
      body: {
        error: { message: 'Worker at capacity: 1 in-flight, 1 queued requests. Retry later.', type: 'overloaded_error', code: '503' },
      },
    });
    expect(third !== 'gone' && third.headers.get('retry-after')).toBe('1');
    expect(await (await ask('/health/readiness')).answer).toMatchObject({ status: 200 });
    expect(await (await ask('/v1/models')).answer).toMatchObject({ status: 503 });
    expect(upstream.requests.length).toBe(before + 1);
    first.leave();
    expect(await second.answer).toMatchObject({ status: 200 });
    expect(await (await ask()).answer).toMatchObject({ status: 200 });
  });

  test('who waits too long is refused', async () => {
    const { ask, first } = await startBusy(0.1);
    expect(await (await ask()).answer).toMatchObject({
      status: 503,
      body: { error: { message: 'Worker at capacity: 1 in-flight, 0 queued requests. Retry later.' } },
    });
    first.leave();
  });

  test('who leaves while he waits leaves his place', async () => {
    const { ask, before, first } = await startBusy(600);
    const left = await ask();
    left.leave();
    expect(await left.answer).toBe('gone');
    await left.noticed();
    const next = await ask();
    first.leave();
    expect(await next.answer).toMatchObject({ status: 200 });
    expect(upstream.requests.length).toBe(before + 2);
  });

  test('the backlog counts every call, and says what became of those that were limited', async () => {
    const { ask, first } = await startBusy(600);
    const second = await ask();
    expect(await (await ask()).answer).toMatchObject({ status: 503 });
    expect(await (await ask('/health/backlog')).answer).toMatchObject({
      status: 200,
      body: { in_flight_requests: 3, admitted_requests: 1, queued_requests: 1, rejected_requests: 1 },
    });
    first.leave();
    expect(await second.answer).toMatchObject({ status: 200 });
    await second.noticed();
    expect(await (await ask('/health/backlog')).answer).toMatchObject({
      body: { in_flight_requests: 1, admitted_requests: 0, queued_requests: 0, rejected_requests: 1 },
    });
  });

  test('drained: nobody is sent here any more, running calls may end, and then it is answered', async () => {
    const ask = await start({ enable_drain_endpoint: true, drain_endpoint_token: 'token-of-drain' });
    const drain = (token: string): Promise<Asked> => ask('/health/drain', { 'x-drain-token': token });
    for (const refused of [await ask('/health/drain'), await drain('token-of-draiN')]) {
      expect(await refused.answer).toMatchObject({ status: 401, body: { detail: 'Invalid or missing X-Drain-Token' } });
    }
    expect(await (await ask('/health/readiness')).answer).toMatchObject({ status: 200 });
    const before = upstream.requests.length;
    upstream.enqueue(HANGS);
    const running = await ask();
    await heard(before + 1);
    const drained = await drain('token-of-drain');
    const closing = { status: 503, body: { status: 'shutting_down' } };
    await expect.poll(async () => (await ask('/health/readiness')).answer, LIVENESS).toMatchObject(closing);
    expect(await (await ask('/health/liveliness')).answer).toMatchObject(closing);
    expect(await (await drain('token-of-drain')).answer).toMatchObject({ body: { status: 'drained', drained_requests: 0 } });
    expect(await Promise.race([drained.answer, 'waits'])).toBe('waits');
    // Whoever has not heard of it yet is served.
    expect(await (await ask()).answer).toMatchObject({ status: 200 });
    running.leave();
    expect(await drained.answer).toMatchObject({ status: 200, body: { status: 'drained', drained_requests: 1 } });
  });

  test('who does not end in time is not waited for', async () => {
    const ask = await start({ enable_drain_endpoint: true }, { environment_variables: { GRACEFUL_SHUTDOWN_TIMEOUT: '0.1' } });
    const before = upstream.requests.length;
    upstream.enqueue(HANGS);
    const running = await ask();
    await heard(before + 1);
    expect(await (await ask('/health/drain')).answer).toMatchObject({ status: 200, body: { status: 'drained', drained_requests: 0 } });
    running.leave();
  });

  test('nobody drains what is not meant to be drained', async () => {
    const ask = await start({});
    expect(await (await ask('/health/drain')).answer).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    expect(await (await ask('/health/readiness')).answer).toMatchObject({ status: 200 });
  });
});
