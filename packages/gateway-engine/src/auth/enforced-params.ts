import type { JsonObject } from '@stagegate/core-transforms';
import type { Caller, GatewayConfig } from '../ports/index.ts';

const NONE: readonly string[] = [];

/**
 * The first member that a call is missing: of the operator's `enforced_params`, of those in `service_account_settings` where the key is a
 * service account's, and of those in the key's metadata. `a.b` is a member of a member; deeper paths are not supported.
 *
 * source: LiteLLM 1.106.2, proxy/litellm_pre_call_utils.py `_get_enforced_params`, `_enforced_params_check`.
 */
export function findUnsaid(
  body: JsonObject,
  { enforcedParams: everybody, serviceAccountParams: accounts }: Pick<GatewayConfig, 'enforcedParams' | 'serviceAccountParams'>,
  caller: Caller | undefined,
): string | undefined {
  const own = caller?.metadata['enforced_params'];
  const ofAccounts = accounts !== undefined && caller !== undefined && Object.hasOwn(caller.metadata, 'service_account_id');
  if (everybody === undefined && own === undefined && !ofAccounts) return undefined;
  const names = [
    ...(everybody ?? NONE),
    ...(ofAccounts ? accounts : NONE),
    ...(Array.isArray(own) ? own.filter((name) => typeof name === 'string') : NONE),
  ];
  return names.find((path) => !says(body, path));
}

function says(body: JsonObject, path: string): boolean {
  const [name = '', below, ...deeper] = path.split('.');
  if (!Object.hasOwn(body, name)) return deeper.length > 0;
  if (below === undefined || deeper.length > 0) return true;
  const value = body[name];
  return typeof value === 'object' && value !== null && Object.hasOwn(value, below);
}
