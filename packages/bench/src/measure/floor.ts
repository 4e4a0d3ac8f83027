import { buildGateways, type Build } from '../gateways/build-gateways.ts';
import type { GatewayName } from '../gateways/names.ts';
import { startGateway } from '../gateways/start-gateway.ts';
import { startChild, type Child } from '../process/start-child.ts';
import type { LoadJob, LoadResult } from '../load/drive.ts';
import { callOf, CELLS, type Cell } from './cells.ts';
import { cpuMicroseconds, residentMegabytes } from './read-proc.ts';
import { rotate } from './rotate.ts';

/** How much is measured. */
export interface FloorOptions {
  readonly rounds: number;
  readonly connections: number;
  /** Of each kind of call, in one round. */
  readonly chats: number;
  readonly streams: number;
  readonly only: readonly GatewayName[];
}

/** The figures of one cell in one round. */
export interface CellFigures {
  readonly cell: Cell['id'];
  readonly requestsPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly load: LoadResult;
}

/** One gateway in one round. */
export interface RoundFigures {
  readonly gateway: GatewayName;
  readonly bootMs: number;
  readonly idleMegabytes: number;
  readonly peakMegabytes: number;
  readonly cells: readonly CellFigures[];
}

const SECONDS_MAX = 30;
const SETTLE_MS = 300;
const WARM_UP_SHARE = 0.25;

/** Measures every gateway in a fresh process, round after round, each round in another order. */
export async function measureFloor(
  options: FloorOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: readonly RoundFigures[]; readonly flags: readonly string[] }> {
  const build = await buildGateways();
  const mock = await startChild<{ port: number }>(new URL('../upstream/main.ts', import.meta.url));
  const load = await startChild<string>(new URL('../load/main.ts', import.meta.url));
  const figures: RoundFigures[] = [];
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      for (const gateway of rotate(options.only, round)) {
        const measured = await measureOne(gateway, build, mock.ready.port, load, options);
        figures.push(measured);
        say(`round ${round + 1}  ${gateway.padEnd(12)} ${measured.cells.map(wordCell).join('   ')}`);
      }
    }
  } finally {
    load.end();
    mock.end();
    build.remove();
  }
  return { figures, flags: build.flags };
}

async function measureOne(
  gateway: GatewayName,
  build: Build,
  mockPort: number,
  load: Child<string>,
  options: FloorOptions,
): Promise<RoundFigures> {
  const startedMs = performance.now();
  const running = await startGateway(gateway, build, mockPort);
  const bootMs = performance.now() - startedMs;
  try {
    await pause(SETTLE_MS);
    const idleMegabytes = residentMegabytes(running.pid).now;
    const cells: CellFigures[] = [];
    for (const cell of CELLS) {
      const requests = cell.id === 'chat' ? options.chats : options.streams;
      const job = {
        ...callOf(cell),
        port: running.port,
        body: cell.body,
        connections: options.connections,
        secondsMax: SECONDS_MAX,
      };
      await runLoad(load, { ...job, requests: Math.ceil(requests * WARM_UP_SHARE) });
      await pause(SETTLE_MS);
      const before = cpuMicroseconds(running.pid);
      const result = await runLoad(load, { ...job, requests });
      const cpu = cpuMicroseconds(running.pid) - before;
      cells.push({
        cell: cell.id,
        requestsPerSecond: result.completed / result.seconds,
        cpuMicroseconds: cpu / result.completed,
        load: result,
      });
    }
    return { gateway, bootMs, idleMegabytes, peakMegabytes: residentMegabytes(running.pid).peak, cells };
  } finally {
    await running.stop();
  }
}

async function runLoad(load: Child<string>, job: LoadJob): Promise<LoadResult> {
  return load.ask<LoadResult>(job, (SECONDS_MAX + 10) * 1000);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function wordCell({ cell, requestsPerSecond, cpuMicroseconds: cpu, load: { errors } }: CellFigures): string {
  return `${cell}: ${requestsPerSecond.toFixed(0)} req/s, ${cpu.toFixed(1)} µs${errors === 0 ? '' : `, ${errors} ERRORS`}`;
}
