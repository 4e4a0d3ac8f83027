import type { GatewayName } from '../gateways/names.ts';
import type { GatewayExtras, RunningGateway } from '../gateways/start-gateway.ts';
import type { LoadResult, Quantiles } from '../load/drive.ts';
import { median } from '../report/median.ts';
import { callOf, CELLS, type Cell } from './cells.ts';
import { KEY_AUTHORIZATION, startKeyDatabase } from './key-database.ts';
import { onStand, type Stand } from './on-stand.ts';
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
  /** As a team runs it: asked with one of so many virtual keys, behind the gateways a PostgreSQL that they share. Absent: no database, and the master key. */
  readonly keys?: number;
}

/** The figures of one cell in one round. */
export interface CellFigures {
  readonly cell: Cell['id'];
  readonly requestsPerSecond: number;
  readonly cpuMicroseconds: number;
  /** CPU microseconds of one call, slice by slice. In each slice every gateway has its turn, so that they compare slice by slice. */
  readonly slices: readonly number[];
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

const SETTLE_MS = 300;
const WARM_UP_SHARE = 0.25;
/** What else a machine does comes and goes; it meets all gateways alike when their turns are short. */
const SLICES = 5;
/** Of the calls that others get, for gateways that would take minutes for all of them. */
const SHARE_OF_CALLS: Readonly<Partial<Record<GatewayName, number>>> = { litellm: 1 / 20, portkey: 1 / 5 };
/** Answers each stream with an error of its own, on the Node that all of these run on. */
const WHOLE_ONLY: ReadonlySet<GatewayName> = new Set(['portkey']);

/** Measures every gateway in a fresh process, round after round; within a round they take turns, each time in another order. */
export async function measureFloor(
  options: FloorOptions,
  say: (line: string) => void,
): Promise<{ readonly figures: readonly RoundFigures[]; readonly flags: readonly string[] }> {
  return onStand(async (stand) => {
    const databaseUrl = options.keys === undefined ? undefined : await startKeyDatabase(stand, 'keys', options.keys);
    const figures: RoundFigures[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const measured = await measureRound(rotate(options.only, round), stand, options, { databaseUrl });
      figures.push(...measured);
      for (const { gateway, cells } of measured) say(`round ${round + 1}  ${gateway.padEnd(12)} ${cells.map(wordCell).join('   ')}`);
    }
    return figures;
  });
}

/** One gateway that runs, and what was measured of it so far. */
interface Runner {
  readonly gateway: GatewayName;
  readonly running: RunningGateway;
  readonly bootMs: number;
  readonly cells: CellFigures[];
  idleMegabytes: number;
}

async function measureRound(
  order: readonly GatewayName[],
  stand: Stand,
  options: FloorOptions,
  extras: GatewayExtras,
): Promise<readonly RoundFigures[]> {
  const runners: Runner[] = [];
  try {
    for (const gateway of order) {
      const startedMs = performance.now();
      const running = await stand.start(gateway, extras);
      runners.push({ gateway, running, bootMs: performance.now() - startedMs, cells: [], idleMegabytes: NaN });
    }
    await pause(SETTLE_MS);
    for (const runner of runners) runner.idleMegabytes = residentMegabytes(runner.running.pid).now;
    for (const cell of CELLS) await measureCell(cell, runners, stand, options);
    return runners.map(({ gateway, bootMs, idleMegabytes, running, cells }) => {
      return { gateway, bootMs, idleMegabytes, peakMegabytes: residentMegabytes(running.pid).peak, cells };
    });
  } finally {
    for (const { running } of runners) await running.stop();
  }
}

async function measureCell(cell: Cell, all: readonly Runner[], { drive }: Stand, options: FloorOptions): Promise<void> {
  const runners = all.filter(({ gateway }) => cell.id === 'chat' || !WHOLE_ONLY.has(gateway));
  const requests = cell.id === 'chat' ? options.chats : options.streams;
  const jobFor = ({ gateway, running }: Runner, share: number): Parameters<typeof drive>[0] => ({
    ...callOf(cell),
    ...(options.keys !== undefined && { authorization: KEY_AUTHORIZATION }),
    port: running.port,
    headers: running.headers ?? {},
    body: cell.body,
    connections: options.connections,
    requests: Math.ceil(requests * share * (SHARE_OF_CALLS[gateway] ?? 1)),
  });
  for (const runner of runners) await drive(jobFor(runner, WARM_UP_SHARE));
  await pause(SETTLE_MS);
  const taken = new Map<Runner, Slice[]>(runners.map((runner) => [runner, []]));
  for (let slice = 0; slice < SLICES; slice += 1) {
    for (const runner of rotate(runners, slice)) {
      const before = cpuMicroseconds(runner.running.pid);
      const result = await drive(jobFor(runner, 1 / SLICES));
      taken.get(runner)?.push({ cpu: cpuMicroseconds(runner.running.pid) - before, result });
    }
  }
  for (const [runner, slices] of taken) runner.cells.push(toFigures(cell, slices));
}

interface Slice {
  readonly cpu: number;
  readonly result: LoadResult;
}

function toFigures({ id }: Cell, slices: readonly Slice[]): CellFigures {
  const sum = (pick: (slice: Slice) => number): number => slices.reduce((total, slice) => total + pick(slice), 0);
  const middle = (pick: (result: LoadResult) => Quantiles): Quantiles => {
    const of = (name: keyof Quantiles): number => median(slices.map(({ result }) => pick(result)[name]));
    return { p50: of('p50'), p95: of('p95'), p99: of('p99') };
  };
  const load = {
    completed: sum(({ result }) => result.completed),
    errors: sum(({ result }) => result.errors),
    seconds: sum(({ result }) => result.seconds),
    latency: middle(({ latency }) => latency),
    firstByte: middle(({ firstByte }) => firstByte),
  };
  return {
    cell: id,
    requestsPerSecond: load.completed / load.seconds,
    cpuMicroseconds: sum(({ cpu }) => cpu) / load.completed,
    slices: slices.map(({ cpu, result }) => cpu / result.completed),
    load,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function wordCell({ cell, requestsPerSecond, cpuMicroseconds: cpu, load: { errors } }: CellFigures): string {
  return `${cell}: ${requestsPerSecond.toFixed(0)} req/s, ${cpu.toFixed(1)} µs${errors === 0 ? '' : `, ${errors} ERRORS`}`;
}
