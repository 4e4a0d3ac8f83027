import type { Caller } from '../ports/index.ts';

/** Names that stand for every model. */
const EVERY: ReadonlySet<string> = new Set(['all-proxy-models', '*']);

/** The names in a caller's list of models: his key's, else his team's, else, without a team, his user's. Undefined: no list limits him. */
function namesOf({ grants }: Caller): readonly string[] | undefined {
  const ofTeam = grants?.team?.models ?? [];
  const own = (grants?.models ?? []).flatMap((name) => (name === 'all-team-models' ? ofTeam : name));
  const ofOwner = grants?.team === undefined ? (grants?.user?.models ?? []) : ofTeam;
  const names = own.length > 0 ? own : ofOwner;
  return names.length === 0 || names.some((name) => EVERY.has(name)) ? undefined : names;
}

/** Whether a list of models shows an alias to a caller who may use it: one whom a list limits sees only those in it. */
export function showsAlias(caller: Caller, alias: string): boolean {
  return namesOf(caller)?.includes(alias) ?? true;
}

/** Models in the order of the caller's list, those that it does not name last. Source: LiteLLM 1.106.2, get_complete_model_list. */
export function inListedOrder<Item>(items: readonly Item[], caller: Caller, nameOf: (item: Item) => string): readonly Item[] {
  const names = namesOf(caller);
  if (names === undefined) return items;
  const places = new Map(names.map((name, at) => [name, at]));
  const placeOf = (item: Item): number => places.get(nameOf(item)) ?? names.length;
  return items.toSorted((one, other) => placeOf(one) - placeOf(other));
}
