import { buildGateways, type Build } from '../gateways/build-gateways.ts';
import { startGateway, type GatewayExtras, type RunningGateway } from '../gateways/start-gateway.ts';
import type { GatewayName } from '../gateways/names.ts';
import type { LoadJob, LoadResult } from '../load/drive.ts';
import { startChild } from '../process/start-child.ts';

/** What gateways are measured on. */
export interface Stand {
  readonly build: Build;
  /** Starts a gateway in front of the mock provider; it ends with the stand, if not before. */
  readonly start: (name: GatewayName, extras?: GatewayExtras) => Promise<RunningGateway>;
  readonly mockUrl: string;
  readonly drive: (job: Omit<LoadJob, 'secondsMax'>) => Promise<LoadResult>;
  /** What is to end with the stand; the last one first. */
  readonly onEnd: (end: () => Promise<void> | void) => void;
}

const SECONDS_MAX = 30;

/** Builds the gateways, starts the mock provider and the load, each in a process of its own, and ends them all afterwards. */
export async function onStand<Figures>(
  measure: (stand: Stand) => Promise<Figures>,
): Promise<{ readonly figures: Figures; readonly flags: readonly string[] }> {
  const build = await buildGateways();
  const ends: (() => Promise<void> | void)[] = [build.remove];
  try {
    const mock = await startChild<{ port: number }>(new URL('../upstream/main.ts', import.meta.url));
    ends.push(() => mock.end());
    const load = await startChild<string>(new URL('../load/main.ts', import.meta.url));
    ends.push(() => load.end());
    const start = async (name: GatewayName, extras?: GatewayExtras): Promise<RunningGateway> => {
      const running = await startGateway(name, build, mock.ready.port, extras);
      ends.push(running.stop);
      return running;
    };
    const drive = (job: Omit<LoadJob, 'secondsMax'>): Promise<LoadResult> =>
      load.ask<LoadResult>({ ...job, secondsMax: SECONDS_MAX }, (SECONDS_MAX + 10) * 1000);
    const mockUrl = `http://127.0.0.1:${mock.ready.port}`;
    return { figures: await measure({ build, start, mockUrl, drive, onEnd: (end) => void ends.push(end) }), flags: build.flags };
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
