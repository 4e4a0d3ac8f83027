import { isLimited } from '../limits/index.ts';
import { ANYONE, type Caller } from '../ports/index.ts';
import type { OpenCall } from './engine-parts.ts';
import type { ParsedCall } from './stages/parse.ts';

/** What the callers of a call's group share; undefined where nobody shares, or the call takes nothing of a minute. */
export function groupLimits<Limits>(
  find: ((model: string | undefined, caller: Caller) => Limits | undefined) | undefined,
  { route, caller = ANYONE }: OpenCall,
  { model, target = model }: ParsedCall,
): Limits | undefined {
  return find === undefined || route.stored !== undefined || !isLimited(route.dialect) ? undefined : find(target, caller);
}
