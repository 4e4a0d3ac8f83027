import type { Deployment } from '../ports/index.ts';
import type { Prices } from '@stagegate/core-transforms';
import { toWindow } from './access-windows.ts';
import { issueAt, type ConfigIssue } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { Environment } from './env-refs.ts';
import type { ParsedDeployment, ParsedParams } from './parsed-config.ts';

/** Source: LiteLLM 1.106.2, types/router.py. */
const ENVIRONMENTS: readonly string[] = ['development', 'staging', 'production'];
const VARIABLE = 'LITELLM_ENVIRONMENT';
const TOKEN_PRICES = ['input_cost_per_token', 'output_cost_per_token'] as const;

/** Whom a row serves, and how much. */
export function toReach(
  { model_info: info, ...row }: ParsedDeployment,
  params: ParsedParams,
): Pick<Deployment, 'team' | 'blocked' | 'keyLimits' | 'windows'> {
  const [requests, tokens] = [params.default_api_key_rpm_limit ?? undefined, params.default_api_key_tpm_limit ?? undefined];
  const { team_id: id, team_public_model_name: publicName, blocked, access_windows: windows } = info ?? {};
  return {
    ...(typeof id === 'string' && id !== '' && { team: { id, publicName: typeof publicName === 'string' ? publicName : undefined } }),
    ...((requests ?? tokens) !== undefined && { keyLimits: { requests, tokens } }),
    ...(windows && windows.length > 0 && { windows: windows.map(toWindow) }),
    ...((blocked === true || row['blocked'] === true) && { blocked: true as const }),
  };
}

/**
 * Whether a row is for this process's environment: `model_info.supported_environments` against LITELLM_ENVIRONMENT. A row for other
 * environments is left out.
 */
export function isForEnvironment({ model_info: info }: ParsedDeployment, env: Environment): boolean {
  const names = info?.['supported_environments'];
  return !Array.isArray(names) || names.includes(env[VARIABLE]);
}

/** What is wrong with a row's environments, or with the process's own. */
export function findReachIssues(
  { model_info: info }: ParsedDeployment,
  root: ConfigNode,
  path: readonly (string | number)[],
  env: Environment,
): readonly ConfigIssue[] {
  const names = info?.['supported_environments'] ?? undefined;
  if (names === undefined) return [];
  const at = [...path, 'supported_environments'];
  const expected = `a list of ${ENVIRONMENTS.join(', ')}`;
  if (!Array.isArray(names) || !names.every((name) => ENVIRONMENTS.includes(name))) return [issueAt(root, at, expected)];
  const own = env[VARIABLE];
  if (own !== undefined && ENVIRONMENTS.includes(own)) return [];
  return [issueAt(root, at, `the environment variable ${VARIABLE} to be one of ${ENVIRONMENTS.join(', ')}`, own ?? 'nothing')];
}

/** Whether a row has any price: one of its own, even 0, or any above 0. */
export function isPriced(params: ParsedParams, prices: Prices | undefined): boolean {
  if (Object.keys(params).some((name) => isPrice(name) && (params[name] ?? null) !== null)) return true;
  if (prices === undefined) return false;
  return prices.tiers !== undefined || [...prices.rates].some(([name, rate]) => name.includes('cost_per') && rate > 0);
}

/**
 * Whether a row says that its tokens are free, and has no other price. One that is paid by the hour (`model_info.cost_per_ptu_per_hour`) is
 * not free.
 *
 * source: LiteLLM 1.106.2, proxy/auth/auth_checks.py `is_model_cost_zero`, where only prices of tokens count.
 */
export function isFree({ model_info: info }: ParsedDeployment, params: ParsedParams, prices: Prices | undefined): boolean {
  const own = new Map(Object.entries({ ...info, ...params }).filter(([name, value]) => isPrice(name) && (value ?? null) !== null));
  if (!TOKEN_PRICES.some((name) => own.has(name)) || [...own.values()].some((value) => Number(value) !== 0)) return false;
  return TOKEN_PRICES.every((name) => prices?.rates.get(name) === 0);
}

function isPrice(name: string): boolean {
  return name.includes('cost_per') || name === 'tiered_pricing';
}
