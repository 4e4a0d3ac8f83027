import type { JsonObject } from '../contract/json.ts';

/** Prices that hold from so many tokens of a prompt on. */
export interface PriceTier extends JsonObject {
  /** Above the first, up to the second. */
  readonly range: readonly number[];
}

/** Above how many tokens of a prompt other prices hold, as their names say it. */
export interface PriceThreshold {
  readonly tokens: number;
  /** `200k`, as it stands in the name. */
  readonly label: string;
  /** `_priority`; empty for prices of every tier. */
  readonly tierSuffix: string;
}

/** What a model costs: USD per unit, under LiteLLM's names. */
export interface Prices {
  readonly rates: ReadonlyMap<string, number>;
  /** Ascending. */
  readonly thresholds: readonly PriceThreshold[];
  readonly tiers: readonly PriceTier[] | undefined;
  /** Other prices at some hours of the week; LiteLLM's `off_peak_pricing`. */
  readonly offPeak: JsonObject | undefined;
  /** By region or speed: `us`, `fast`. */
  readonly multipliers: Readonly<Record<string, number>>;
  /** A web search is charged by query; else once for a prompt. */
  readonly searchesPerQuery: boolean;
}

/** What stands in a row of the table as JSON. */
type ShapedPrices = Partial<Pick<Prices, 'tiers' | 'offPeak' | 'multipliers' | 'searchesPerQuery'>>;

const THRESHOLD =
  /^(?:(?:in|out)put_cost_per_token|cache_(?:read|creation)_input_token_cost)(?:_above_1hr)?_above_(\d+)(k?)_tokens(_[a-z]+)?$/u;

/**
 * Prices from numbers by name and what has another shape.
 *
 * out: thresholds are found in the names.
 */
export function toPrices(rates: ReadonlyMap<string, number>, shaped: ShapedPrices = {}): Prices {
  return {
    rates,
    thresholds: thresholdsOf(rates),
    tiers: shaped.tiers,
    offPeak: shaped.offPeak,
    multipliers: shaped.multipliers ?? {},
    searchesPerQuery: shaped.searchesPerQuery === true,
  };
}

/** Prices as a row of the table has them: `place=price …` and JSON; undefined when it has none. */
export function readPrices(numbers: string, shaped: string, names: string): Prices | undefined {
  if (numbers === '' && shaped === '') return undefined;
  const known = names.split(' ');
  const rates = numbers === '' ? [] : numbers.split(' ').map((cell): [string, number] => readRate(cell, known));
  return toPrices(new Map(rates), shaped === '' ? {} : (JSON.parse(shaped) as ShapedPrices));
}

function readRate(cell: string, names: readonly string[]): [string, number] {
  const [place = '', price = ''] = cell.split('=');
  return [names[Number.parseInt(place, 36)] ?? place, Number(price)];
}

/** Each once, however many prices it has. */
function thresholdsOf(rates: Prices['rates']): readonly PriceThreshold[] {
  const found = new Map<string, PriceThreshold>();
  for (const name of rates.keys()) {
    const [, digits, thousands = '', tierSuffix = ''] = THRESHOLD.exec(name) ?? [];
    if (digits === undefined) continue;
    const label = `${digits}${thousands}`;
    found.set(label + tierSuffix, { tokens: Number(digits) * (thousands === '' ? 1 : 1000), label, tierSuffix });
  }
  return [...found.values()].toSorted((one, other) => one.tokens - other.tokens);
}
