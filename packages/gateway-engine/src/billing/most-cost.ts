import { tokenRates, type DialectId, type JsonObject, type RawObject } from '@stagegate/core-transforms';
import { countAnswers, toWhole } from '../limits/reserve-tokens.ts';
import type { Deployment } from '../ports/index.ts';
import { PromptSize } from '../routing/prompt-size.ts';
import { severalModels, type Asker, type FindDeployments } from '../routing/index.ts';
import { isBilled } from './bill-answer.ts';
import { withMarkup } from './markup.ts';

/** The most that a call can cost, USD. */
export interface MostCost {
  readonly usd: number;
  /** The part for the prompt, which is charged even if the client does not wait for the answer. */
  readonly promptUsd: number;
}

/** A call that is about to be made. */
export interface CallToCome {
  readonly dialect: DialectId;
  readonly model: string | undefined;
  readonly body: RawObject;
  readonly caller: Asker;
  readonly nowSeconds: number;
}

/** The longest answer to expect where neither the client nor the model says. */
const ANSWER_TOKENS_MAX = 16_384;
/** The first of these that is a number counts. */
const CAPS = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const;

/**
 * The most that a call can cost, whichever deployment answers; for a call that names several models, their sum. Undefined where no price is
 * known, or the call is free. Fallbacks are not counted in.
 *
 * source: LiteLLM 1.106.2, spend_tracking/budget_reservation.py `estimate_request_max_cost`, which takes the most expensive of several
 *         models.
 * cost:   linear in the prompt, whose length is estimated.
 */
export function mostCost(find: FindDeployments, { dialect, model, body, caller, nowSeconds }: CallToCome): MostCost | undefined {
  if (!isBilled(dialect) || model === undefined) return undefined;
  const found = find(model, caller);
  const groups = found.length > 0 ? [found] : (severalModels(dialect, model) ?? []).map((one) => find(one, caller));
  if (groups.length === 0) return undefined;
  const tokens = new PromptSize(body.value).tokens();
  let [usd, promptUsd] = [0, 0];
  for (const deployments of groups) {
    const most = mostOf(deployments, dialect, body.value, tokens, nowSeconds);
    usd += most.usd;
    promptUsd += most.promptUsd;
  }
  return usd > 0 ? { usd, promptUsd } : undefined;
}

/**
 * The most expensive deployment: each at its own prices for a prompt of that length, and every token of the answer at the higher of its
 * prices.
 */
function mostOf(
  deployments: readonly Deployment[],
  dialect: DialectId,
  body: JsonObject,
  promptTokens: number,
  nowSeconds: number,
): MostCost {
  const asked = dialect === 'openai-embeddings' ? 0 : CAPS.map((cap) => toWhole(body[cap])).find((cap) => cap !== undefined);
  const answers = countAnswers(body);
  let [usd, promptUsd] = [0, 0];
  for (const { prices, facts, markup } of deployments) {
    if (prices === undefined) continue;
    const { input, output, reasoning } = tokenRates({ prices, prompt: promptTokens, tierSuffix: '', nowSeconds, fromThreshold: false });
    const outputMost = Math.max(output, reasoning ?? 0, prices.rates.get('output_cost_per_reasoning_token') ?? 0);
    const tokens = Math.max(0, Math.min(asked ?? ANSWER_TOKENS_MAX, facts?.outputTokensMax ?? ANSWER_TOKENS_MAX)) * answers;
    usd = Math.max(usd, withMarkup(promptTokens * input + tokens * outputMost, markup));
    promptUsd = Math.max(promptUsd, withMarkup(promptTokens * input, markup));
  }
  return { usd, promptUsd };
}
