import type { GatewayName } from '../gateways/names.ts';
import { CELLS, type Cell } from '../measure/cells.ts';
import type { CellFigures, RoundFigures } from '../measure/floor.ts';
import { median } from './median.ts';
import { renderTable } from './table.ts';

/** At most this much of the yardstick's figure. */
interface Goal {
  readonly gateway: GatewayName;
  readonly of: Cell['id'] | 'peak';
  readonly ratioMax: number;
}

const GOALS: readonly Goal[] = [
  { gateway: 'hono', of: 'chat', ratioMax: 1.6 },
  { gateway: 'front', of: 'chat', ratioMax: 1.7 },
  { gateway: 'hono', of: 'stream-same', ratioMax: 2.5 },
  { gateway: 'hono', of: 'stream-crossing', ratioMax: 4.5 },
  { gateway: 'hono', of: 'peak', ratioMax: 1.4 },
];

/** A whole report in Markdown, and whether every goal was reached without an error. */
export interface FloorReport {
  readonly text: string;
  readonly reached: boolean;
}

/** Tables of medians, ratios to the relay, goals. */
export function reportFloor(figures: readonly RoundFigures[]): FloorReport {
  const gateways = gatewaysOf(figures);
  const goals = GOALS.filter(({ gateway }) => gateways.includes(gateway) && gateways.includes('relay')).map((goal) => judge(figures, goal));
  const errors = errorsOf(figures);
  const over = goals
    .filter(({ reached }) => !reached)
    .map((goal) => `${nameOf(goal)} is ${goal.ratio.toFixed(2)} × and not ≤ ${goal.ratioMax} ×`);
  const verdict = `Errors: ${errors}. Over: ${over.length === 0 ? 'none' : over.join('; ')}.`;
  const text = [...figureTables(figures, 'relay'), goalTable(goals), verdict].join('\n\n');
  return { text, reached: errors === 0 && goals.every(({ reached }) => reached) };
}

/** The same of ours and others, in ratios to lane hono; there is no goal but that no call is lost. */
export function reportPeers(figures: readonly RoundFigures[]): FloorReport {
  const errors = errorsOf(figures);
  return { text: [...figureTables(figures, 'hono'), `Errors: ${errors}.`].join('\n\n'), reached: errors === 0 };
}

function gatewaysOf(figures: readonly RoundFigures[]): readonly GatewayName[] {
  return [...new Set(figures.map(({ gateway }) => gateway))];
}

function errorsOf(figures: readonly RoundFigures[]): number {
  return figures.flatMap(({ cells }) => cells).reduce((sum, { load }) => sum + load.errors, 0);
}

function figureTables(figures: readonly RoundFigures[], yardstick: GatewayName): readonly string[] {
  const tables = CELLS.map((cell) => [`**${cell.title}**`, '', cellTable(figures, yardstick, cell.id)].join('\n'));
  return [...tables, `**memory and start**\n\n${memoryTable(figures, yardstick)}`];
}

/** Gateways that were not asked for such calls have no row. */
function cellTable(figures: readonly RoundFigures[], yardstick: GatewayName, cell: Cell['id']): string {
  const head = ['gateway', 'req/s', 'p50 / p95 / p99 ms', 'first byte p50 ms', 'CPU µs', `× ${yardstick}`, `each round, × ${yardstick}`];
  const asked = gatewaysOf(figures).filter((gateway) => cellsOf(figures, gateway, cell).length > 0);
  const rows = asked.map((gateway) => {
    const rounds = cellsOf(figures, gateway, cell);
    const ratios = ratiosOf(figures, [gateway, yardstick], cell);
    const of = (pick: (round: CellFigures) => number): number => median(rounds.map(pick));
    const latency = [of(({ load }) => load.latency.p50), of(({ load }) => load.latency.p95), of(({ load }) => load.latency.p99)];
    const cpu = of((round) => round.cpuMicroseconds);
    return [
      gateway,
      of((round) => round.requestsPerSecond).toFixed(0),
      latency.map((ms) => ms.toFixed(1)).join(' / '),
      of(({ load }) => load.firstByte.p50).toFixed(1),
      cpu.toFixed(1),
      median(ratios.flat()).toFixed(2),
      ratios.map((round) => median(round).toFixed(2)).join(', '),
    ];
  });
  return renderTable(head, rows);
}

function memoryTable(figures: readonly RoundFigures[], yardstick: GatewayName): string {
  const base = peakOf(figures, yardstick);
  const rows = gatewaysOf(figures).map((gateway) => {
    const rounds = figures.filter((round) => round.gateway === gateway);
    const peak = peakOf(figures, gateway);
    const idle = median(rounds.map(({ idleMegabytes }) => idleMegabytes));
    const boot = median(rounds.map(({ bootMs }) => bootMs));
    return [gateway, idle.toFixed(0), peak.toFixed(0), (peak / base).toFixed(2), (boot / 1000).toFixed(2)];
  });
  return renderTable(['gateway', 'idle MB', 'peak MB', `peak × ${yardstick}`, 'start s'], rows);
}

interface Judged extends Goal {
  readonly ratio: number;
  readonly reached: boolean;
}

function judge(figures: readonly RoundFigures[], goal: Goal): Judged {
  const { gateway, of } = goal;
  const ratio =
    of === 'peak' ? peakOf(figures, gateway) / peakOf(figures, 'relay') : median(ratiosOf(figures, [gateway, 'relay'], of).flat());
  return { ...goal, ratio, reached: ratio <= goal.ratioMax };
}

function goalTable(goals: readonly Judged[]): string {
  const rows = goals.map((goal) => [
    nameOf(goal),
    `≤ ${goal.ratioMax} ×`,
    `${goal.ratio.toFixed(2)} ×`,
    goal.reached ? 'reached' : '**missed**',
  ]);
  return renderTable(['goal', 'at most', 'measured', ''], rows);
}

function nameOf({ gateway, of }: Goal): string {
  return `${gateway}, ${of === 'peak' ? 'peak memory' : `CPU of ${of}`}`;
}

function cellsOf(figures: readonly RoundFigures[], gateway: GatewayName, cell: Cell['id']): readonly CellFigures[] {
  return figures.filter((round) => round.gateway === gateway).flatMap(({ cells }) => cells.filter((found) => found.cell === cell));
}

/** Of each round the ratios to the yardstick, slice by slice: both sides of a ratio were measured within seconds of each other. */
function ratiosOf(
  figures: readonly RoundFigures[],
  [gateway, yardstick]: readonly [GatewayName, GatewayName],
  cell: Cell['id'],
): readonly (readonly number[])[] {
  const base = cellsOf(figures, yardstick, cell);
  return cellsOf(figures, gateway, cell).map(({ slices }, round) => slices.map((cpu, slice) => cpu / (base[round]?.slices[slice] ?? NaN)));
}

function peakOf(figures: readonly RoundFigures[], gateway: GatewayName): number {
  return median(figures.filter((round) => round.gateway === gateway).map(({ peakMegabytes }) => peakMegabytes));
}
