import type { Budget, ModelBudget, ModelBudgets, SumWindow, WindowSums } from '../ports/index.ts';
import { parsePeriod } from '../text/index.ts';
import { toObject } from './to-object.ts';

/**
 * Who may have budgets by model: the reference's names for the spend and its beginning. Source: LiteLLM 1.106.2,
 * proxy/hooks/model_max_budget_limiter.py.
 */
const NAMES = {
  key: ['virtual_key_spend', 'virtual_key_budget_start_time'],
  team: ['team_model_spend', 'team_model_budget_start_time'],
  user: ['user_model_spend', 'user_model_budget_start_time'],
  end_user: ['end_user_model_spend', 'end_user_budget_start_time'],
} as const;

/** A budget whose spend is a sum that starts anew. A class: its spend is read once per call. */
class SummedBudget implements Budget {
  readonly max: number | undefined;
  readonly #window: SumWindow;
  readonly #sums: WindowSums | undefined;

  constructor(max: number | undefined, window: SumWindow, sums: WindowSums | undefined) {
    this.max = max;
    this.#window = window;
    this.#sums = sums;
  }

  get spend(): number {
    return this.#sums?.read(this.#window) ?? 0;
  }
}

/**
 * What a row allows for calls to some models.
 *
 * in:  `model_max_budget` as it stands; `sums` undefined where nothing is counted.
 * out: an entry without a time, or that cannot be read, is left out, as in the reference; undefined where none is left.
 */
export function toModelBudgets(
  scope: keyof typeof NAMES,
  id: string,
  value: unknown,
  sums: WindowSums | undefined,
): ModelBudgets | undefined {
  const budgets = Object.entries(toObject(value)).flatMap(([model, entry]): [string, ModelBudget][] => {
    const { budget_limit: limit, max_budget: most = limit, time_period: time, budget_duration: duration = time } = toObject(entry);
    const max = readAmount(limit ?? most);
    const period = time ?? duration;
    if (max === undefined || typeof period !== 'string' || parsePeriod(period) === undefined) return [];
    const [spent, begun] = NAMES[scope];
    const name = `${id}:${model}:${period}`;
    const window = { key: `${spent}:${name}`, startKey: `${begun}:${name}`, duration: period };
    // A negative amount is no limit in the reference.
    return [[model, { window, budget: new SummedBudget(max === null || max < 0 ? undefined : max, window, sums) }]];
  });
  return budgets.length === 0 ? undefined : new Map(budgets);
}

/** Null: there is no limit; undefined: the value is not a number. */
function readAmount(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof amount === 'number' && !Number.isNaN(amount) ? amount : undefined;
}
