import { loadRecorded } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { errorHeaders, toAnswerError } from '../errors/index.ts';
import { ANYONE, type Reservation } from '../ports/index.ts';
import { deployment } from '../../test/make-config.ts';
import type { RecordedRefusal } from '../../test/recorded-refusal.ts';
import { activityLeft, compileActivity, refuseActivity } from './index.ts';

interface Case {
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly usedRpm: number | null;
  readonly usedTpm: number | null;
  readonly active: number;
  readonly priority: string | null;
  readonly result: RecordedRefusal | { readonly status?: never; readonly left: Readonly<Record<string, number | null>> };
}

const { cases } = loadRecorded('activity') as unknown as { readonly cases: readonly Case[] };
const RESERVED = new Map<string, Reservation>([
  ['prod', { of: 'part', value: 0.9 }],
  ['dev', { of: 'part', value: 0.1 }],
  ['some', { of: 'requests', value: 30 }],
  ['tokens', { of: 'tokens', value: 250 }],
]);

/** What LiteLLM's own limiter leaves to a key, and how it refuses one. */
test.each([null, 100, 3])('groups with rpm %j', (rpm) => {
  const some = cases.filter((one) => one.rpm === rpm);
  expect(some.length).toBeGreaterThan(100);
  for (const { tpm, usedRpm, usedTpm, active, priority, result } of some) {
    const row = deployment({ ...(rpm !== null && { rpm }), ...(tpm !== null && { tpm }) });
    const caller = { ...ANYONE, metadata: priority === null ? {} : { priority } };
    const limits = compileActivity({ activeShares: RESERVED }, () => [row])?.('group', caller);
    if (limits === undefined) {
      expect(result).toMatchObject({ left: { ownTokens: null, ownRequests: null, groupTokens: null, groupRequests: null } });
      continue;
    }
    const left = activityLeft(limits, { requests: usedRpm ?? 0, tokens: usedTpm ?? 0 }, 0, active);
    const error = refuseActivity(left, 'key');
    if (error === undefined) {
      const shown = {
        ownTokens: left.own.tokens ?? null,
        ownRequests: left.own.requests ?? null,
        groupTokens: left.ofGroup.tokens ?? null,
        groupRequests: left.ofGroup.requests ?? null,
        keys: active === 0 ? null : active,
      };
      expect({ left: shown }).toStrictEqual(result);
    } else {
      const { status, message, type, providerFields } = toAnswerError(error);
      expect({ status, message, type, fields: providerFields, headers: errorHeaders(error) }).toStrictEqual(result);
    }
  }
});

test('calls that were let in count before they are sent', () => {
  const of = { requests: 5, tokens: undefined };
  expect(activityLeft({ of, part: 1 }, { requests: 1, tokens: 0 }, 4, 1).own.requests).toBe(1);
  expect(activityLeft({ of, part: 1 }, { requests: 5, tokens: 0 }, 4, 1).own.requests).toBe(0);
});
