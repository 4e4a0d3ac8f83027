import * as v from 'valibot';
import type { RouterBudget, RouterBudgets } from '../ports/index.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { isProvider } from './resolve-provider.ts';
import { AtLeastZero, Duration } from './value-schemas.ts';

type Maybe<T> = T | null | undefined;

/** The budget of one provider, or of calls with one tag, within a period, by either of the reference's names. */
export interface ParsedBudget {
  readonly budget_limit?: Maybe<number>;
  readonly max_budget?: Maybe<number>;
  readonly time_period?: Maybe<string>;
  readonly budget_duration?: Maybe<string>;
}

/** By provider, or by tag. */
export type ParsedBudgets = Readonly<Record<string, ParsedBudget>>;

const BUDGET = 'a mapping with budget_limit (USD) and time_period (30s, 1h, 1d, 30d …)';

/** A budget without an amount or a period would limit nobody. */
export const BUDGETS: v.NullishSchema<v.GenericSchema<unknown, ParsedBudgets>, undefined> = v.nullish(
  v.record(
    v.string(),
    v.pipe(
      v.looseObject({ budget_limit: AtLeastZero, max_budget: AtLeastZero, time_period: Duration, budget_duration: Duration }, BUDGET),
      v.check((entry) => (entry.budget_limit ?? entry.max_budget ?? undefined) !== undefined, BUDGET),
      v.check((entry) => (entry.time_period ?? entry.budget_duration ?? undefined) !== undefined, BUDGET),
    ),
    'a mapping of names to budgets',
  ),
);

/** What providers and tags may cost; undefined where nothing is said of any, and no deployment has a budget. */
export function toRouterBudgets({
  router_settings: router,
  litellm_settings: litellm,
  model_list: rows,
}: ParsedConfig): RouterBudgets | undefined {
  const providers = toBudgets(router?.provider_budget_config ?? {}, 'provider');
  const tags = toBudgets(litellm?.tag_budget_config ?? {}, 'tag');
  const own =
    rows?.some((row) => toBudget('', row?.litellm_params?.max_budget, row?.litellm_params?.budget_duration, 'deployment') !== undefined) ===
    true;
  return providers.size > 0 || tags.size > 0 || own ? { providers, tags } : undefined;
}

/**
 * What is kept of a budget, under the reference's keys. Undefined where no amount, or no time, is said; nothing at all is no limit either,
 * as there.
 *
 * source: LiteLLM 1.106.2, router_strategy/budget_limiter.py.
 */
export function toBudget(
  name: string,
  maxUsd: Maybe<number>,
  duration: Maybe<string>,
  of: 'provider' | 'deployment' | 'tag',
): RouterBudget | undefined {
  if (maxUsd === undefined || maxUsd === null || maxUsd === 0 || duration === undefined || duration === null) return undefined;
  return { maxUsd, window: { key: `${of}_spend:${name}:${duration}`, startKey: `${of}_budget_start_time:${name}`, duration } };
}

function toBudgets(parsed: ParsedBudgets, of: 'provider' | 'tag'): ReadonlyMap<string, RouterBudget> {
  return new Map(
    Object.entries(parsed).flatMap(([name, { budget_limit: limit, max_budget: most, time_period: time, budget_duration: duration }]) => {
      const budget = toBudget(name, limit ?? most, time ?? duration, of);
      return budget === undefined ? [] : [[name, budget] as const];
    }),
  );
}

/** Budgets without effect, as in the reference: of an unknown provider, and of a row with only an amount or only a period. */
export function findIdleBudgets({ router_settings: router, model_list: rows }: ParsedConfig, root: ConfigNode): readonly ConfigIssue[] {
  const strangers = Object.keys(router?.provider_budget_config ?? {}).filter((id) => !isProvider(id));
  const ofStrangers = strangers.map((id) =>
    issueAt(root, ['router_settings', 'provider_budget_config', id], 'a provider id', 'an unknown one, whose budget limits nobody'),
  );
  const halves = (rows ?? []).flatMap((row, index) => {
    const { max_budget: most = null, budget_duration: duration = null } = row?.litellm_params ?? {};
    if ((most === null) === (duration === null)) return [];
    const name = most === null ? 'budget_duration' : 'max_budget';
    return [
      issueAt(root, ['model_list', index, 'litellm_params', name], 'max_budget and budget_duration', `${name} alone, which limits nobody`),
    ];
  });
  return [...ofStrangers, ...halves];
}
