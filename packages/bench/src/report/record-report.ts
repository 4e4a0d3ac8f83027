import { RECORDING_PAIR, type GatewayName } from '../gateways/names.ts';
import { CELLS, type Cell } from '../measure/cells.ts';
import type { RoundFigures } from '../measure/floor.ts';
import { median } from './median.ts';
import { renderTable } from './table.ts';

/** What recording every call may add to the CPU of one. */
const COST_MAX = 0.15;

/** One row a kind of call; reached when no call was lost and no median of the pairs is over the goal. */
export function reportRecord(figures: readonly RoundFigures[]): { readonly text: string; readonly reached: boolean } {
  const errors = figures.flatMap(({ cells }) => cells).reduce((sum, { load }) => sum + load.errors, 0);
  const costs = CELLS.map((cell) => ({ cell, pairs: pairsOf(figures, cell.id) }));
  const rows = costs.map(({ cell, pairs }) => {
    const ratios = pairs.map(([without, recording]) => recording / without - 1);
    const [without = NaN, recording = NaN] = [0, 1].map((side) => median(pairs.map((pair) => pair[side] ?? NaN)));
    const each = ratios.map((ratio) => percent(ratio)).join(', ');
    return [cell.title, without.toFixed(1), recording.toFixed(1), `**${percent(median(ratios))} %**`, String(pairs.length), each];
  });
  const reached =
    errors === 0 && costs.every(({ pairs }) => median(pairs.map(([without, recording]) => recording / without - 1)) <= COST_MAX);
  const table = renderTable(['call', 'CPU µs', 'recording', 'cost', 'pairs', 'each pair, %'], rows);
  return {
    text: `${table}\n\nGoal: ≤ ${percent(COST_MAX)} %, no call lost: ${reached ? 'reached' : '**missed**'}. Errors: ${errors}.`,
    reached,
  };
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
