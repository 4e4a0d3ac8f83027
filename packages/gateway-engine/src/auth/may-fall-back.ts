import type { Caller, EndUserGrants, GatewayConfig } from '../ports/index.ts';
import { mayUseModel } from './admit.ts';
import { customerMayCall } from './model-access.ts';
import type { ModelNames } from './model-names.ts';

/**
 * Whether a call may go on to another group, by its name; undefined where every call may go wherever the configuration sends it.
 *
 * source: LiteLLM 1.106.2, proxy/auth/fallback_model_access.py: a group that the caller could have asked for himself.
 */
export function mayFallBack(
  { fallbackAccess }: Pick<GatewayConfig, 'fallbackAccess'>,
  names: ModelNames,
  caller: Caller | undefined,
  endUser: EndUserGrants | undefined,
): ((group: string) => boolean) | undefined {
  if (fallbackAccess !== true || caller === undefined) return undefined;
  return (group) => mayUseModel(caller, group, names) && (endUser === undefined || customerMayCall(endUser, caller.grants, group, names));
}
