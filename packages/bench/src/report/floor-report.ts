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

/** Tables of medians, ratios to the yardstick, goals. */
export function reportFloor(figures: readonly RoundFigures[]): FloorReport {
  const gateways = [...new Set(figures.map(({ gateway }) => gateway))];
  const goals = GOALS.filter(({ gateway }) => gateways.includes(gateway) && gateways.includes('relay')).map((goal) => judge(figures, goal));
  const errors = figures.flatMap(({ cells }) => cells).reduce((sum, { load }) => sum + load.errors, 0);
  const tables = CELLS.map((cell) => [`**${cell.title}**`, '', cellTable(figures, gateways, cell.id)].join('\n'));
  const over = goals
    .filter(({ reached }) => !reached)
    .map((goal) => `${nameOf(goal)} is ${goal.ratio.toFixed(2)} × and not ≤ ${goal.ratioMax} ×`);
  const verdict = `Errors: ${errors}. Over: ${over.length === 0 ? 'none' : over.join('; ')}.`;
  const text = [...tables, `**memory and start**\n\n${memoryTable(figures, gateways)}`, goalTable(goals), verdict].join('\n\n');
  return { text, reached: errors === 0 && goals.every(({ reached }) => reached) };
}

function cellTable(figures: readonly RoundFigures[], gateways: readonly GatewayName[], cell: Cell['id']): string {
  const head = ['gateway', 'req/s', 'p50 / p95 / p99 ms', 'first byte p50 ms', 'CPU µs', '× relay', 'each round, × relay'];
  const rows = gateways.map((gateway) => {
    const rounds = cellsOf(figures, gateway, cell);
    const of = (pick: (round: CellFigures) => number): number => median(rounds.map(pick));
    const latency = [of(({ load }) => load.latency.p50), of(({ load }) => load.latency.p95), of(({ load }) => load.latency.p99)];
    const cpu = of((round) => round.cpuMicroseconds);
    return [
      gateway,
      of((round) => round.requestsPerSecond).toFixed(0),
      latency.map((ms) => ms.toFixed(1)).join(' / '),
      of(({ load }) => load.firstByte.p50).toFixed(1),
      cpu.toFixed(1),
      median(ratiosOf(figures, gateway, cell).flat()).toFixed(2),
      ratiosOf(figures, gateway, cell)
        .map((ratios) => median(ratios).toFixed(2))
        .join(', '),
    ];
  });
  return renderTable(head, rows);
}

function memoryTable(figures: readonly RoundFigures[], gateways: readonly GatewayName[]): string {
  const relay = peakOf(figures, 'relay');
  const rows = gateways.map((gateway) => {
    const rounds = figures.filter((round) => round.gateway === gateway);
    const peak = peakOf(figures, gateway);
    const idle = median(rounds.map(({ idleMegabytes }) => idleMegabytes));
    const boot = median(rounds.map(({ bootMs }) => bootMs));
    return [gateway, idle.toFixed(0), peak.toFixed(0), (peak / relay).toFixed(2), (boot / 1000).toFixed(2)];
  });
  return renderTable(['gateway', 'idle MB', 'peak MB', 'peak × relay', 'start s'], rows);
}

interface Judged extends Goal {
  readonly ratio: number;
  readonly reached: boolean;
}

function judge(figures: readonly RoundFigures[], goal: Goal): Judged {
  const { gateway, of } = goal;
  const ratio = of === 'peak' ? peakOf(figures, gateway) / peakOf(figures, 'relay') : median(ratiosOf(figures, gateway, of).flat());
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
function ratiosOf(figures: readonly RoundFigures[], gateway: GatewayName, cell: Cell['id']): readonly (readonly number[])[] {
  const relays = cellsOf(figures, 'relay', cell);
  return cellsOf(figures, gateway, cell).map(({ slices }, round) =>
    slices.map((cpu, slice) => cpu / (relays[round]?.slices[slice] ?? NaN)),
  );
}

function peakOf(figures: readonly RoundFigures[], gateway: GatewayName): number {
  return median(figures.filter((round) => round.gateway === gateway).map(({ peakMegabytes }) => peakMegabytes));
}
