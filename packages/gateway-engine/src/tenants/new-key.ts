import { hashKey } from '../auth/index.ts';
import type { NewKeyRow } from '../store/index.ts';
import { nameKey, type Duration } from '../text/index.ts';
import { resetTimeMs } from './reset-time.ts';

/** Columns of a new key that its maker chooses. Absent ones are empty. */
export type KeyFields = Partial<Omit<NewKeyRow, 'token' | 'key_name' | 'expires' | 'budget_duration' | 'budget_reset_at'>>;

/** What a new key is made from, beside its columns. */
export interface KeyMaking {
  /** The whole key. It is hashed here and stored nowhere. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Undefined: the key never expires. */
  readonly expiresMs?: number | undefined;
  /** How often its budget starts anew, and as it was written. Undefined: never. */
  readonly budgetDuration?: { readonly text: string; readonly duration: Duration } | undefined;
  /** IANA name of the zone whose midnights count. Default: UTC. */
  readonly timeZone?: string;
}

/** A new random key of 16 bytes, in the reference's form. It is shown once, in the answer to the call that makes it. */
export function makeKey(): string {
  return `sk-${Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')}`;
}

/** The row of a new key, as the reference writes it. Source: LiteLLM 1.106.2, generate_key_helper_fn; recorded in testbed. */
export function newKeyRow(fields: KeyFields, making: KeyMaking): NewKeyRow {
  const { key, nowMs, expiresMs, budgetDuration, timeZone } = making;
  return {
    ...EMPTY,
    ...fields,
    token: hashKey(key),
    key_name: nameKey(key),
    ...(expiresMs !== undefined && { expires: new Date(expiresMs) }),
    ...(budgetDuration !== undefined && {
      budget_duration: budgetDuration.text,
      budget_reset_at: new Date(resetTimeMs(budgetDuration.duration, nowMs, timeZone)),
    }),
  };
}

const EMPTY = {
  models: [],
  aliases: {},
  config: {},
  spend: 0,
  metadata: {},
  allowed_cache_controls: [],
  permissions: {},
  model_max_budget: {},
  budget_fallbacks: {},
  allowed_routes: [],
  router_settings: {},
  access_group_ids: [],
};
