import { isLimited } from '../../limits/index.ts';
import { ANYONE, type Caller } from '../../ports/index.ts';
import type { OpenCall } from '../engine-parts.ts';
import type { ParsedCall } from '../stages/parse.ts';

/** The limits that the callers of a call's model group share; undefined where they share none, or the call counts against no limit. */
export function groupLimits<Limits>(
  find: ((model: string | undefined, caller: Caller) => Limits | undefined) | undefined,
  { route, caller = ANYONE }: OpenCall,
  { model, target = model }: ParsedCall,
): Limits | undefined {
  if (find === undefined || route.stored !== undefined || !isLimited(route.dialect)) return undefined;
  return find(target, caller);
}
