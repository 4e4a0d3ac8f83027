import type { ChargedCost } from './bill-answer.ts';
import { KEY_SPEND } from './show-key.ts';

/**
 * Adds the headers that show what a whole answer costs, and what of that is discount and margin, and adds the cost to what the key has spent.
 * Adds none where the price is not known.
 *
 * in:     `print`: prints a number as the reference does.
 * source: LiteLLM 1.106.2, common_request_processing.py `get_custom_headers`; compared with its answers on 2026-11-30.
 */
export function showCost(headers: Record<string, string>, cost: ChargedCost | undefined, print: (value: number) => string): void {
  if (cost === undefined) return;
  const usd = print(cost.usd);
  headers['x-litellm-response-cost'] = usd;
  headers['x-litellm-response-cost-original'] = cost.originalUsd === cost.usd ? usd : print(cost.originalUsd);
  headers['x-litellm-response-cost-discount-amount'] = cost.discountUsd === 0 ? NOTHING : print(cost.discountUsd);
  headers['x-litellm-response-cost-margin-amount'] = cost.marginUsd === 0 ? NOTHING : print(cost.marginUsd);
  headers['x-litellm-response-cost-margin-percent'] = cost.margin === 0 ? NOTHING : print(cost.margin);
  const before = headers[KEY_SPEND];
  if (before !== undefined) headers[KEY_SPEND] = before === NOTHING ? usd : print(Number(before) + cost.usd);
}

const NOTHING = '0.0';
