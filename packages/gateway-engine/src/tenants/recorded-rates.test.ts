import { toRawObject, type DialectId, type JsonObject } from '@stagegate/core-transforms';
import { loadRecorded } from '@stagegate/testbed';
import { describe, expect, test } from 'vitest';
import { keyRows, type SparseRows } from '../../test/make-rows.ts';
import { createMemoryRates } from '../counters/index.ts';
import { errorHeaders, toAnswerError } from '../errors/index.ts';
import { findRates, rateHeaders, reserveTokens } from '../limits/index.ts';
import type { RateHold } from '../ports/index.ts';
import { limitedTokens, readUsage } from '../routing/index.ts';
import { toCaller, toEndUser } from './index.ts';

interface Call {
  readonly atSeconds: number;
  readonly endSeconds: number | null;
  readonly dialect: DialectId;
  readonly body: JsonObject;
  readonly usage: JsonObject | 'failed' | null;
  readonly result:
    | { readonly status: number; readonly message: string; readonly type: string; readonly headers: JsonObject }
    | { readonly status?: never; readonly sent: JsonObject | null; readonly headers: JsonObject };
}

interface Recorded {
  readonly startSeconds: number;
  readonly aliases: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly name: string; readonly rows: SparseRows; readonly calls: readonly Call[] }[];
}

const { startSeconds, aliases, cases } = loadRecorded('rates') as unknown as Recorded;

/** What the reference's own limiter let through, call by call, and what it said. */
describe.each(cases)('$name', ({ rows, calls }) => {
  const sparse = keyRows(rows, 'key');
  const rules = { nowMs: startSeconds * 1000, acceptsUnenforced: false };
  const caller = toCaller(sparse.rows, rules);
  const endUser = sparse.endUser === undefined ? undefined : toEndUser(sparse.endUser, rules);
  const counters = createMemoryRates();
  const open: { readonly hold: RateHold; readonly endSeconds: number; readonly usage: Call['usage'] }[] = [];

  test('every limit is held', () => {
    expect([...(caller.grants?.unenforced ?? []), ...(endUser?.unenforced ?? [])]).toStrictEqual([]);
  });

  test.each(calls.map((call, at) => ({ at, call })))('call $at', ({ call }) => {
    for (const { hold, endSeconds, usage } of open.filter((one) => one.endSeconds <= call.atSeconds)) {
      const counted = usage === null || usage === 'failed' ? '' : JSON.stringify({ usage });
      hold.told(limitedTokens(readUsage(counted), undefined));
      hold.end(usage === 'failed', endSeconds * 1000);
    }
    const model = String(call.body['model']);
    const limits = findRates(caller, endUser, model, aliases[model]);
    const { tokens, body } = reserveTokens(limits, call.dialect, toRawObject(call.body));
    const taken = counters.take(limits, tokens, call.atSeconds * 1000);
    const { result } = call;
    if ('kind' in taken) {
      const error = { kind: 'rate-limited', exceeded: taken, nowMs: (startSeconds + call.atSeconds) * 1000 } as const;
      const { status, type, param, message } = toAnswerError(error);
      expect({ status, message, type, param, headers: errorHeaders(error) }).toStrictEqual(result);
    } else {
      if (call.endSeconds !== null) open.push({ hold: taken, endSeconds: call.endSeconds, usage: call.usage });
      const headers = Object.fromEntries(Object.entries(result.headers).map(([name, value]) => [name, String(value)]));
      expect({ sent: body.value, headers: rateHeaders(taken) }).toStrictEqual({
        sent: result.status === undefined ? (result.sent ?? call.body) : 'refused',
        headers,
      });
    }
  });
});
