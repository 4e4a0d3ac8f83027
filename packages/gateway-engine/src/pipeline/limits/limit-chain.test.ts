import { expect, test } from 'vitest';
import type { CallAnswer } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { ParsedCall } from '../stages/parse.ts';
import { within, type Limit } from './limit-chain.ts';

// Limits hand these on and look at none of them here.
const NOTHING = {} as unknown as EngineParts & OpenCall & ParsedCall;
const answerOf = (status: number): CallAnswer => ({ status, headers: {}, body: '' });

test('limits are asked in their order, end in the other one, and what refuses is the last that is asked', async () => {
  const seen: string[] = [];
  const limit =
    (name: string): Limit =>
    async (engine, open, call, next) => {
      seen.push(`${name} takes`);
      const answer = await next(engine, open, call);
      seen.push(`${name} gives back`);
      return answer;
    };
  const full: Limit = async () => answerOf(429);
  const provider = async (): Promise<CallAnswer> => {
    seen.push('provider');
    return answerOf(200);
  };

  expect(await within([limit('outer'), limit('inner')], provider)(NOTHING, NOTHING, NOTHING)).toEqual(answerOf(200));
  expect(seen.splice(0)).toEqual(['outer takes', 'inner takes', 'provider', 'inner gives back', 'outer gives back']);
  expect(await within([limit('outer'), full, limit('inner')], provider)(NOTHING, NOTHING, NOTHING)).toEqual(answerOf(429));
  expect(seen).toEqual(['outer takes', 'outer gives back']);
});
