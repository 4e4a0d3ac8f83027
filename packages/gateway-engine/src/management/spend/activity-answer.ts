import { DAY_SUMS, type DayPart, type DaySums } from '../../store/index.ts';

/** A key's alias and owners; `key_exists` is false for deleted and unknown keys. */
export interface KeyFacts {
  readonly key_alias: string | null;
  readonly team_id: string | null;
  readonly user_id: string | null;
  readonly user_email: string | null;
  readonly key_exists: boolean;
}

/** What is shown beside names: facts of keys by hash, of entities by id. */
export interface Names {
  readonly keys: ReadonlyMap<string, KeyFacts>;
  readonly entities: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** Members of the answer's metadata that say which page it is, or which keys it shows. */
export type PageFacts = Readonly<Record<'page' | 'total_pages' | 'has_more', unknown>> & Readonly<Record<string, unknown>>;

/** Names come from callers, and a Map takes even `__proto__` as a plain name. */
type Named<Value> = Map<string, Value>;
type Metrics = Readonly<Record<string, number>>;
interface KeySlice {
  readonly metrics: Metrics;
  readonly metadata: KeyFacts;
}
interface Slice {
  metrics: Metrics;
  readonly keys: Named<KeySlice>;
}
interface Day {
  metrics: Metrics;
  readonly keys: Named<KeySlice>;
  readonly kinds: Named<Named<Slice>>;
}

/** The facts of an unknown key. */
export const NOBODYS_KEY: KeyFacts = { key_alias: null, team_id: null, user_id: null, user_email: null, key_exists: false };
const KINDS = ['mcp_servers', 'models', 'model_groups', 'providers', 'endpoints', 'entities'] as const;
const NO_KEY_LIMIT = { api_key_limit: null, total_api_keys: null, entity_total_api_keys: null };

/**
 * Days as the reference shows them, newest first: each with its sums, and these broken down by model, group, provider, route, key and entity.
 *
 * source: LiteLLM 1.106.2, management_endpoints/common_daily_activity.py, read 2026-11-29.
 */
export function toActivity(parts: readonly DayPart[], names: Names, page: PageFacts): unknown {
  const days: Named<Day> = new Map();
  for (const part of parts) {
    const day = memberOf(days, part.date, () => ({ metrics: toMetrics(), keys: new Map(), kinds: new Map() }));
    const slices = memberOf(day.kinds, part.kind, () => new Map<string, Slice>());
    const whole = part.kind === 'all' ? day : memberOf(slices, part.name, () => ({ metrics: toMetrics(), keys: new Map() }));
    if (part.api_key === null) whole.metrics = toMetrics(part);
    else whole.keys.set(part.api_key, { metrics: toMetrics(part), metadata: names.keys.get(part.api_key) ?? NOBODYS_KEY });
  }
  const results = [...days].map(([date, day]) => ({ date, metrics: day.metrics, breakdown: toBreakdown(day, names) }));
  const wholes = parts.filter(({ kind, api_key: key }) => kind === 'all' && key === null);
  return {
    results: results.toSorted((one, other) => (one.date < other.date ? 1 : -1)),
    metadata: { ...toTotals(wholes), ...NO_KEY_LIMIT, ...page },
  };
}

function toBreakdown({ keys, kinds }: Day, { entities }: Names): Readonly<Record<string, unknown>> {
  const shown = KINDS.map((kind) => {
    const slices = [...(kinds.get(kind) ?? [])].map(([name, slice]) => {
      const metadata = kind === 'entities' ? (entities.get(name) ?? {}) : {};
      return [name, { metrics: slice.metrics, metadata, api_key_breakdown: Object.fromEntries(slice.keys) }] as const;
    });
    return [kind, Object.fromEntries(slices)] as const;
  });
  return { ...Object.fromEntries(shown), api_keys: Object.fromEntries(keys) };
}

function memberOf<Value>(members: Named<Value>, name: string, make: () => Value): Value {
  const known = members.get(name);
  if (known !== undefined) return known;
  const made = make();
  members.set(name, made);
  return made;
}

/** Sums as the reference shows them. */
export function toMetrics(sums?: DaySums): Metrics {
  const metrics = DAY_SUMS.map((name) => [name, sums?.[name] ?? 0] as const);
  const tokens = (sums?.prompt_tokens ?? 0) + (sums?.completion_tokens ?? 0);
  return { ...Object.fromEntries(metrics), flat_cost: 0, total_tokens: tokens };
}

function toTotals(days: readonly DaySums[]): Metrics {
  const metrics = days.map(toMetrics);
  const totals = Object.keys(toMetrics()).map((name) => {
    const sum = metrics.reduce((total, day) => total + (day[name] ?? 0), 0);
    return [name.startsWith('total_') ? name : `total_${name}`, sum] as const;
  });
  return Object.fromEntries(totals);
}
