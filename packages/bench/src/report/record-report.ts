import { RECORDING_PAIR, type GatewayName } from '../gateways/names.ts';
import { CELLS, type Cell } from '../measure/cells.ts';
import type { RoundFigures } from '../measure/floor.ts';
import { median } from './median.ts';
import { renderTable } from './table.ts';

/** What recording every call may add to the CPU of one. */
const COST_MAX = 0.15;

/** Both setups that recording is measured in: as a team runs a gateway, and with nothing beside it that a call could cost. */
export interface RecordFigures {
  readonly keyed: readonly RoundFigures[];
  readonly bare: readonly RoundFigures[];
}

/** A table for each setup. The goal is that of both, and that no call is lost. */
export function reportRecord({ keyed, bare }: RecordFigures): Report {
  const [first, second] = [reportSetup('Virtual key, embedded PostgreSQL', keyed), reportSetup('Master key, no database', bare)];
  return { text: `${first.text}\n\n${second.text}`, reached: first.reached && second.reached };
}

interface Report {
  readonly text: string;
  readonly reached: boolean;
}

/** One row a kind of call; reached when no median of the pairs is over the goal. */
function reportSetup(title: string, figures: readonly RoundFigures[]): Report {
  const errors = figures.flatMap(({ cells }) => cells).reduce((sum, { load }) => sum + load.errors, 0);
  const costs = CELLS.map((cell) => ({ cell, pairs: pairsOf(figures, cell.id) })).map(({ cell, pairs }) => {
    const ratios = pairs.map(([without, recording]) => recording / without - 1);
    return { cell, pairs, ratios, cost: median(ratios) };
  });
  const rows = costs.map(({ cell, pairs, ratios, cost }) => {
    const [without = NaN, recording = NaN] = [0, 1].map((side) => median(pairs.map((pair) => pair[side] ?? NaN)));
    const each = ratios.map((ratio) => percent(ratio)).join(', ');
    return [cell.title, without.toFixed(1), recording.toFixed(1), `**${percent(cost)} %**`, String(pairs.length), each];
  });
  const reached = errors === 0 && costs.every(({ cost }) => cost <= COST_MAX);
  const table = renderTable(['call', 'CPU µs', 'recording', 'cost', 'pairs', 'each pair, %'], rows);
  const goal = `Goal: ≤ ${percent(COST_MAX)} %, no call lost: ${reached ? 'reached' : '**missed**'}. Errors: ${errors}.`;
  return { text: `**${title}**\n\n${table}\n\n${goal}`, reached };
}

/** CPU of a call without and with recording, measured within seconds of each other. */
function pairsOf(figures: readonly RoundFigures[], cell: Cell['id']): readonly (readonly [without: number, recording: number])[] {
  const [without, recording] = RECORDING_PAIR.map((gateway) => slicesOf(figures, gateway, cell));
  return (without ?? []).map((cpu, at) => [cpu, recording?.[at] ?? NaN]);
}

function slicesOf(figures: readonly RoundFigures[], gateway: GatewayName, cell: Cell['id']): readonly number[] {
  return figures
    .filter((round) => round.gateway === gateway)
    .flatMap(({ cells }) => cells.flatMap((found) => (found.cell === cell ? found.slices : [])));
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}
