import type { JsonObject } from '../contract/json.ts';

/** Prices for prompts of a range of lengths. */
export interface PriceTier extends JsonObject {
  /** Above the first number of tokens, up to the second. */
  readonly range: readonly number[];
}

/** A prompt length above which other prices hold, as their names say. */
export interface PriceThreshold {
  readonly tokens: number;
  /** `200k`, as in the name. */
  readonly label: string;
  /** `_priority`; empty for prices of all tiers. */
  readonly tierSuffix: string;
}

/** What a model costs: USD per unit, under LiteLLM's names. */
export interface Prices {
  readonly rates: ReadonlyMap<string, number>;
  /** Ascending. */
  readonly thresholds: readonly PriceThreshold[];
  readonly tiers: readonly PriceTier[] | undefined;
  /** Other prices at some hours of the week: LiteLLM's `off_peak_pricing`. */
  readonly offPeak: JsonObject | undefined;
  /** By region or speed: `us`, `fast`. */
  readonly multipliers: Readonly<Record<string, number>>;
  /** True: web searches are charged per query; else once per prompt. */
  readonly searchesPerQuery: boolean;
}

/** The members of a table's row that are JSON. */
type ShapedPrices = Partial<Pick<Prices, 'tiers' | 'offPeak' | 'multipliers' | 'searchesPerQuery'>>;

const THRESHOLD =
  /^(?:(?:in|out)put_cost_per_token|cache_(?:read|creation)_input_token_cost)(?:_above_1hr)?_above_(\d+)(k?)_tokens(_[a-z]+)?$/u;

/**
 * Makes prices from numbers by name and members of other shapes.
 *
 * out: thresholds are read off the names.
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

/** Reads the prices of a table's row: `place=price …` and JSON; undefined when it has none. */
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

/** Each threshold once, however many prices it has. */
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
