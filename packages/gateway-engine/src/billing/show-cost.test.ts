import { expect, test } from 'vitest';
import { pythonNumber } from '../text/index.ts';
import { toCharge } from './markup.ts';
import { showCost } from './show-cost.ts';

const shown = (usd: number | undefined, markup?: Parameters<typeof toCharge>[1]): object => {
  const headers: Record<string, string> = {};
  const parts = { promptUsd: 0, answerUsd: 0, toolsUsd: 0, byTime: false };
  showCost(headers, usd === undefined ? undefined : { ...parts, ...toCharge(usd, markup) }, pythonNumber);
  return headers;
};

/** As LiteLLM 1.106.2 answered a call of 10 and 5 tokens of gpt-4o, with and without markups of its own configuration. */
test('what a call costs, and what of it is discount and margin', () => {
  const usd = 10 * 2.5e-6 + 5 * 1e-5;
  expect(shown(usd, { discount: 0.05, margin: 0.1, fixedUsd: 0.001 })).toStrictEqual({
    'x-litellm-response-cost': '0.001078375',
    'x-litellm-response-cost-original': '7.500000000000001e-05',
    'x-litellm-response-cost-discount-amount': '3.7500000000000005e-06',
    'x-litellm-response-cost-margin-amount': '0.001007125',
    'x-litellm-response-cost-margin-percent': '0.1',
  });
  expect(shown(usd)).toStrictEqual({
    'x-litellm-response-cost': '7.500000000000001e-05',
    'x-litellm-response-cost-original': '7.500000000000001e-05',
    'x-litellm-response-cost-discount-amount': '0.0',
    'x-litellm-response-cost-margin-amount': '0.0',
    'x-litellm-response-cost-margin-percent': '0.0',
  });
  expect(shown(0, { discount: 0, margin: 0.1, fixedUsd: 0 })).toMatchObject({ 'x-litellm-response-cost-margin-amount': '0.0' });
  expect(shown(undefined)).toStrictEqual({});
});
