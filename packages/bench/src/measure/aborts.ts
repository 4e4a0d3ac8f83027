import { connect } from 'node:net';
import { buildGateways } from '../gateways/build-gateways.ts';
import type { GatewayName } from '../gateways/names.ts';
import { startGateway } from '../gateways/start-gateway.ts';
import { quantiles, type Quantiles } from '../load/drive.ts';
import { chatBody, KEY, MODELS } from '../upstream/payloads.ts';
import { startMock } from '../upstream/start-mock.ts';

/** How much is measured. */
export interface AbortOptions {
  readonly calls: number;
  readonly only: readonly GatewayName[];
}

/** From the client's socket closed to the provider's socket closed, milliseconds. */
export interface AbortFigures {
  readonly gateway: GatewayName;
  readonly when: 'in a stream' | 'before the head';
  readonly delay: Quantiles;
  /** Calls whose provider was never let go of. */
  readonly lost: number;
}

const WAIT_MS_MAX = 5_000;

/** Opens calls that hang, goes away, and times how long the provider is kept busy. */
export async function measureAborts(
  options: AbortOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: readonly AbortFigures[]; readonly flags: readonly string[] }> {
  const build = await buildGateways();
  const watch = new Watch();
  const mock = await startMock(watch);
  const figures: AbortFigures[] = [];
  try {
    for (const gateway of options.only.filter((name) => name !== 'relay')) {
      const running = await startGateway(gateway, build, mock.port);
      try {
        for (const when of ['in a stream', 'before the head'] as const) {
          const delays: (number | undefined)[] = [];
          for (let call = 0; call < options.calls; call += 1)
            delays.push(await abortOne(watch, running.port, `${gateway}-${when}-${call}`, when));
          const known = delays.filter((delay) => delay !== undefined);
          const measured = { gateway, when, delay: quantiles(known), lost: delays.length - known.length };
          figures.push(measured);
          say(
            `${gateway.padEnd(12)} ${when.padEnd(16)} p50 ${measured.delay.p50.toFixed(1)} ms, p99 ${measured.delay.p99.toFixed(1)} ms, lost ${measured.lost}`,
          );
        }
      } finally {
        await running.stop();
      }
    }
  } finally {
    mock.close();
    build.remove();
  }
  return { figures, flags: build.flags };
}

/** One call: undefined when the provider was not let go of in time. */
async function abortOne(watch: Watch, port: number, id: string, when: AbortFigures['when']): Promise<number | undefined> {
  const body = chatBody(MODELS.same, when === 'in a stream').replace(/\}$/u, `,"user":"${id}"}`);
  const hung = watch.expect(id);
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\n`;
  socket.on('error', () => socket.destroy());
  socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await hung.came;
  if (when === 'in a stream') await new Promise((resolve) => socket.once('data', resolve));
  const leftMs = performance.now();
  socket.destroy();
  const goneMs = await Promise.race([
    hung.gone,
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), WAIT_MS_MAX).unref()),
  ]);
  return goneMs === undefined ? undefined : goneMs - leftMs;
}

/** Pairs the calls that were made with what the mock sees of them. */
class Watch {
  readonly #came = new Map<string, () => void>();
  readonly #gone = new Map<string, (atMs: number) => void>();

  expect(id: string): { readonly came: Promise<void>; readonly gone: Promise<number> } {
    const came = new Promise<void>((resolve) => this.#came.set(id, resolve));
    const gone = new Promise<number>((resolve) => this.#gone.set(id, resolve));
    return { came, gone };
  }

  readonly onHung = (id: string): void => this.#came.get(id)?.();

  readonly onGone = (id: string): void => this.#gone.get(id)?.(performance.now());
}
