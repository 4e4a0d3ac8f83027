import type { JsonObject } from '@stagegate/core-transforms';
import type { Caller, TagBudgets, TagGrants } from '../ports/index.ts';
import { tagsOf } from '../routing/index.ts';
import type { HeaderReader } from './check-key.ts';

/** Those of a call's and its key's tags that have a budget; undefined where none has. Costs nothing where no tag at all has one. */
export function budgetedTags(
  budgets: TagBudgets | undefined,
  caller: Caller,
  body: JsonObject,
  header: HeaderReader,
): readonly TagGrants[] | undefined {
  if (budgets === undefined || budgets.size === 0) return undefined;
  return tagsOf(caller, body, { header }).flatMap((name) => {
    const budget = budgets.get(name);
    return budget === undefined ? [] : [{ name, budget }];
  });
}
