import * as v from 'valibot';
import type { GatewayConfig, Reservation } from '../ports/index.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { AtLeastZero, Amount } from './value-schemas.ts';

/** Absent and null mean the same in a config file. */
type Maybe<T> = T | null | undefined;

type ParsedReservation = number | { readonly type?: Maybe<'percent' | 'rpm' | 'tpm'>; readonly value?: Maybe<number> };

/** Members of `litellm_settings` that say who has which part of what deployments may, checked. */
export interface ParsedPriorities {
  readonly callbacks?: unknown;
  readonly priority_reservation?: Maybe<Readonly<Record<string, ParsedReservation>>>;
  readonly priority_reservation_settings?: Maybe<{
    readonly default_priority?: Maybe<number>;
    readonly saturation_threshold?: Maybe<number>;
  }>;
}

const RESERVATION = 'a number, or a mapping of type (percent, rpm or tpm) and value';

/** The same, as schemas. */
export const PRIORITY_SETTINGS = {
  priority_reservation: v.nullish(
    v.record(
      v.string(),
      v.union(
        [Amount, v.looseObject({ type: v.nullish(v.picklist(['percent', 'rpm', 'tpm'], RESERVATION)), value: AtLeastZero }, RESERVATION)],
        RESERVATION,
      ),
      'a mapping of priorities to their parts',
    ),
  ),
  // How long a LiteLLM believes what it has read of Redis has no meaning here: it is asked.
  priority_reservation_settings: v.nullish(
    v.looseObject(
      { default_priority: AtLeastZero, saturation_threshold: AtLeastZero, saturation_check_cache_ttl: AtLeastZero },
      'a mapping',
    ),
  ),
} as const;

const BY_PRIORITY = 'dynamic_rate_limiter_v3';
const BY_ACTIVITY = 'dynamic_rate_limiter';

/** The callbacks that hold them: by what is used, and by who calls. */
export const HOLDS_PRIORITIES: readonly string[] = [BY_PRIORITY, BY_ACTIVITY];

/** Source of the defaults: LiteLLM 1.106.2, types/utils.py `PriorityReservationSettings`. */
export function toPriorities({ litellm_settings: settings }: ParsedConfig): Pick<GatewayConfig, 'activeShares' | 'priorities'> {
  const { callbacks, priority_reservation: reserved, priority_reservation_settings: more } = settings ?? {};
  const named: readonly unknown[] = [callbacks].flat();
  const reservations = reserved && new Map(Object.entries(reserved).map(([name, reservation]) => [name, toReservation(reservation)]));
  const { default_priority: part, saturation_threshold: from } = more ?? {};
  const priorities = { reservations: reservations ?? undefined, defaultPart: part ?? 0.25, fullFrom: from ?? 0.5 };
  return {
    ...(named.includes(BY_PRIORITY) && { priorities }),
    ...(named.includes(BY_ACTIVITY) && { activeShares: reservations ?? new Map() }),
  };
}

const KINDS = { percent: 'part', rpm: 'requests', tpm: 'tokens' } as const;

function toReservation(parsed: ParsedReservation): Reservation {
  if (typeof parsed === 'number') return { of: 'part', value: parsed };
  return { of: KINDS[parsed.type ?? 'percent'], value: parsed.value ?? 1 };
}
