import type { LoadedVector } from '@stagegate/testbed';
import type { CaseResult } from '../vectors/outcome.ts';
import { featuresOf, type Features } from './features.ts';

/** How many cases passed, accepted differences included, of how many that were played. */
export interface Tally {
  readonly passed: number;
  readonly played: number;
}

/** One provider on one route. */
export interface ProviderLine extends Readonly<Record<keyof Features | 'all', Tally>> {
  readonly provider: string;
  readonly route: string;
}

interface Played {
  readonly provider: string;
  readonly route: string;
  readonly features: Features;
  readonly passed: boolean;
}

/**
 * Sums up a play by provider and route.
 *
 * in:  the cases that were played, their results, and the ids of our provider rows.
 * out: lines in the order of provider and route; cases that were skipped, or that reach no provider, are in none.
 */
export function toProviderTable(
  vectors: readonly LoadedVector[],
  results: readonly CaseResult[],
  providers: ReadonlySet<string>,
): readonly ProviderLine[] {
  const outcomes = new Map(results.map(({ id, outcome }) => [id, outcome]));
  const played = vectors.flatMap(({ vector }): readonly Played[] => {
    const outcome = outcomes.get(vector.id);
    const provider = rowOf(vector, providers);
    if (provider === undefined || outcome === undefined || outcome === 'skipped') return [];
    return [{ provider, route: vector.route, features: featuresOf(vector), passed: outcome !== 'failed' }];
  });
  const groups = Map.groupBy(played, ({ provider, route }) => `${provider} ${route}`);
  return [...groups.values()].flatMap(toLine).toSorted(byProviderAndRoute);
}

/** The row that serves a case: the reference files its cases by families of them. */
function rowOf({ litellm_params: params, provider }: LoadedVector['vector'], providers: ReadonlySet<string>): string | undefined {
  if (params === null) return undefined;
  const prefix = params.model.split('/', 1)[0] ?? '';
  return [prefix, provider].find((id) => providers.has(id));
}

function toLine(group: readonly Played[]): readonly ProviderLine[] {
  const [first] = group;
  if (first === undefined) return [];
  const tally = (name: keyof Features): Tally => count(group.filter(({ features }) => features[name]));
  const { provider, route } = first;
  return [{ provider, route, stream: tally('stream'), tools: tally('tools'), vision: tally('vision'), all: count(group) }];
}

function count(cases: readonly Played[]): Tally {
  return { passed: cases.filter(({ passed }) => passed).length, played: cases.length };
}

function byProviderAndRoute(one: ProviderLine, other: ProviderLine): number {
  return one.provider.localeCompare(other.provider) || one.route.localeCompare(other.route);
}
