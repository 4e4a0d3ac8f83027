import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Admission } from './admission.ts';

test('each call that ends lets in one of those that wait, in the order in which they came', async () => {
  const admission = new Admission();
  admission.follow({ runningMax: 1, waitingMax: 2, waitMs: 600_000 });
  const begun: ServerResponse[] = [];
  const server = createServer(admission.guard((_incoming, outgoing) => void begun.push(outgoing)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  const ended: string[] = [];
  for (const [name, waiting] of [
    ['first', 0],
    ['second', 1],
    ['third', 2],
  ] as const) {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    void fetch(url, { method: 'POST' }).then(
      () => ended.push(name),
      () => undefined,
    );
    await expect.poll(() => admission.backlog()).toMatchObject({ running: 1, waiting });
  }
  for (const [over, name] of ['first', 'second', 'third'].entries()) {
    expect(begun).toHaveLength(over + 1);
    begun[over]?.end();
    await expect.poll(() => [ended.at(-1), admission.backlog().inFlight]).toStrictEqual([name, 2 - over]);
  }
});
