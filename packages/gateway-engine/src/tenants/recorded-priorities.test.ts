import { loadRecorded } from '@stagegate/testbed';
import type { JsonObject } from '@stagegate/core-transforms';
import { describe, expect, test, vi } from 'vitest';
import { createMemoryRates, createSharedRates } from '../counters/index.ts';
import { errorHeaders, shareError, toAnswerError } from '../errors/index.ts';
import { systemIds, type RateCounters, type Redis, type Reservation } from '../ports/index.ts';
import { keyRows } from '../../test/make-rows.ts';
import type { RecordedRefusal } from '../../test/recorded-refusal.ts';
import { LIVENESS, useRedis } from '../../test/use-redis.ts';
import { priorityOf, rateHeaders, sharesOf } from '../limits/index.ts';
import { toCaller } from './index.ts';

interface Call {
  readonly atSeconds: number;
  readonly priority: string | null;
  readonly teamPriority: string | null;
  readonly tokens: number | null;
  readonly result: RecordedRefusal | { readonly status?: never; readonly headers: JsonObject };
}

interface Case {
  readonly name: string;
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly reservation: Readonly<Record<string, number | { readonly type: string; readonly value: number }>> | null;
  readonly settings: { readonly default_priority?: number; readonly saturation_threshold?: number };
  readonly calls: readonly Call[];
}

const { cases } = loadRecorded('priorities') as unknown as { readonly cases: readonly Case[] };
const KINDS: Readonly<Record<string, Reservation['of']>> = { percent: 'part', rpm: 'requests', tpm: 'tokens' };

function reservationsOf({ reservation }: Case): ReadonlyMap<string, Reservation> | undefined {
  if (reservation === null) return undefined;
  const toReservation = (one: number | { type: string; value: number }): Reservation =>
    typeof one === 'number' ? { of: 'part', value: one } : { of: KINDS[one.type] ?? 'part', value: one.value };
  return new Map(Object.entries(reservation).map(([name, one]) => [name, toReservation(one)]));
}

/**
 * What is left of a share that is only counted is another number in LiteLLM: it falls below 0, and each call counts as one token of it
 * (`should_rate_limit`).
 */
function comparable(headers: JsonObject | Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const shown = Object.entries(headers).filter(([name]) => name !== 'x-ratelimit-priority_model-remaining-tokens');
  return Object.fromEntries(
    shown.map(([name, value]) => [name, name.includes('-remaining-') ? String(Math.max(0, Number(value))) : String(value)]),
  );
}

/** `told`: waits until so many tokens of the group are counted. */
async function play(one: Case, counters: RateCounters, told?: (tokens: number) => Promise<void>): Promise<void> {
  let all = 0;
  const { default_priority: defaultPart = 0.25, saturation_threshold: fullFrom = 0.5 } = one.settings;
  const settings = { reservations: reservationsOf(one), defaultPart, fullFrom };
  const row = { rpm: one.rpm ?? undefined, tpm: one.tpm ?? undefined };
  for (const [at, { result, priority, teamPriority, tokens, atSeconds }] of one.calls.entries()) {
    const team = teamPriority === null ? {} : { team: { metadata: { priority: teamPriority } } };
    const token = { team_id: teamPriority === null ? null : 't', metadata: priority === null ? {} : { priority } };
    const caller = toCaller(keyRows({ token, ...team }, 'key').rows, { nowMs: 0, acceptsUnenforced: false });
    const limits = sharesOf(settings, 'group', [row], priorityOf(caller));
    const taken = limits === undefined ? undefined : await counters.takeShare(limits, atSeconds * 1000);
    if (limits !== undefined && taken !== undefined && 'kind' in taken) {
      const error = shareError(limits, taken);
      const { status, message, type, providerFields } = toAnswerError(error);
      expect({ status, message, type, fields: providerFields, headers: errorHeaders(error) }, `call ${at}`).toStrictEqual(result);
      continue;
    }
    if (taken !== undefined && !('told' in taken)) throw new Error('refused');
    const headers = taken === undefined ? {} : rateHeaders(taken);
    expect({ headers: comparable(headers) }, `call ${at}`).toStrictEqual({
      ...(result.status !== undefined && { status: result.status }),
      headers: comparable(result.headers),
    });
    if (tokens !== null && taken !== undefined) {
      taken.told(tokens);
      taken.end(false, atSeconds * 1000);
      all += tokens;
      await told?.(all);
    }
  }
}

test.each(cases)('one process: $name', (one) => play(one, createMemoryRates()));

describe('over a Redis', () => {
  const server = useRedis();

  // Of Redis the server's clock counts, which no test can turn.
  const atOnce = cases.filter(({ calls }) => calls.every(({ atSeconds }) => atSeconds === 0));
  test.each(atOnce)('$name', async (one) => {
    const told = async (tokens: number): Promise<void> => {
      const read = (): ReturnType<Redis['send']> => server.direct.send(['GET', '{model_saturation_check:group}:tokens']);
      await vi.waitFor(async () => expect(await read()).toStrictEqual({ ok: true, value: String(tokens) }), LIVENESS);
    };
    await play(one, createSharedRates({ redis: server.direct, newId: () => systemIds.callId() }), told);
  });

  test('instances let in exactly as many as a share has, all at once', async () => {
    const all = [1, 2, 3].map(() => createSharedRates({ redis: server.direct, newId: () => systemIds.callId() }));
    const reservations = new Map<string, Reservation>([['low', { of: 'part', value: 0.25 }]]);
    const limits = sharesOf({ reservations, defaultPart: 0.25, fullFrom: 0.5 }, 'group', [{ rpm: 100, tpm: undefined }], 'low');
    if (limits === undefined) throw new Error('no limits');
    const taken = await Promise.all(all.flatMap((rates) => Array.from({ length: 40 }, () => rates.takeShare(limits, 0))));
    // Below the threshold everybody takes what there is, and from there on who has his part has no more.
    expect(taken.filter((one) => !('kind' in one)).length).toBe(50);
  });
});
