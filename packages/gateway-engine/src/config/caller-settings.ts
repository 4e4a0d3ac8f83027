import * as v from 'valibot';
import type { GatewayConfig } from '../ports/index.ts';
import type { ConfigIssue } from './config-issue.ts';
import type { ConfigNode } from './config-node.ts';
import type { Environment } from './env-refs.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { findTokenIssues, findTokenWarnings, TokenSchema, toTokenSettings } from './token-settings.ts';
import { Flag } from './value-schemas.ts';

const TOKENS = 'total, input or output';

/** Members of `general_settings` that say who may call, and how much. */
export const CALLER_SETTINGS = {
  token_rate_limit_type: v.nullish(v.picklist(['total', 'input', 'output'], TOKENS)),
  enable_jwt_auth: Flag,
  litellm_jwtauth: v.nullish(TokenSchema),
} as const;

/** The same, as the pipeline reads them. */
export function toCallerSettings(
  { general_settings: general }: ParsedConfig,
  env: Environment,
): Pick<GatewayConfig, 'tokenRateLimitType' | 'tokens'> {
  const kind = general?.token_rate_limit_type ?? 'total';
  return {
    ...(kind !== 'total' && { tokenRateLimitType: kind }),
    ...(general?.enable_jwt_auth === true && { tokens: toTokenSettings(general.litellm_jwtauth ?? {}, env) }),
  };
}

/** What is wrong with them together. */
export function findCallerIssues({ general_settings: general }: ParsedConfig, root: ConfigNode, env: Environment): readonly ConfigIssue[] {
  return general?.enable_jwt_auth === true ? findTokenIssues(general.litellm_jwtauth ?? {}, root, env) : [];
}

/** What of them is worth a line. */
export function findCallerWarnings(
  { general_settings: general }: ParsedConfig,
  root: ConfigNode,
  env: Environment,
): readonly ConfigIssue[] {
  return general?.enable_jwt_auth === true ? findTokenWarnings(root, env) : [];
}
