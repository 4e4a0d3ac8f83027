import * as v from 'valibot';
import type { GatewayConfig } from '../ports/index.ts';
import type { ParsedConfig } from './parsed-config.ts';

const TOKENS = 'total, input or output';

/** Members of `general_settings` that say who may call, and how much. */
export const CALLER_SETTINGS = {
  token_rate_limit_type: v.nullish(v.picklist(['total', 'input', 'output'], TOKENS)),
} as const;

/** The same, as the pipeline reads them. */
export function toCallerSettings({ general_settings: general }: ParsedConfig): Pick<GatewayConfig, 'tokenRateLimitType'> {
  const kind = general?.token_rate_limit_type ?? 'total';
  return kind === 'total' ? {} : { tokenRateLimitType: kind };
}
