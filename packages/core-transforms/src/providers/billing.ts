/** A largest size, and the row of the price table for models up to it. */
export type SizePrice = readonly [size: number, row: string];

/** How a provider charges, where that is not tokens times their prices. */
export interface BillingRule {
  /**
   * `free`: it runs on one's own machine. `one-tier`: everything at the prices of one tier, with reasoning apart from the rest of the
   * answer. `with-searches`: the answer states the cost of searches and citations.
   */
  readonly method?: 'free' | 'one-tier' | 'with-searches';
  /** True: `usage.cost` (or its `total_cost`) states the charge. */
  readonly statesCost?: boolean;
  /** True: reasoning is counted beside the answer, and charged like it. */
  readonly reasoningIsAnswer?: boolean;
  /** True: a threshold's prices hold from its very number of tokens on. */
  readonly fromThreshold?: boolean;
  /** True: above 128k, prompt and answer are each charged by their own length. */
  readonly byOwnLength?: boolean;
  /** The price of reading from the cache as a part of the input's price, for models without one. */
  readonly cacheReadRatio?: number;
  /** What multiplies the price: the host's region, Vertex's location, or what `usage` says of speed and place. */
  readonly factor?: 'residency' | 'location' | 'speed-and-place';
  /** Prices by size, for models that the table does not have. */
  readonly sizes?: readonly {
    /** Finds the size in the model's lower-case name. Several groups are multiplied. */
    readonly pattern: RegExp;
    readonly prices: readonly SizePrice[];
    /** The mode that the entry is for; absent: all modes without an entry. */
    readonly mode?: string;
  }[];
  /** For models whose name holds no size. */
  readonly unsizedRow?: string;
  /** How web searches are counted and charged: see `tool-cost.ts`; absent: as the answer shows them. */
  readonly searches?: 'grounded' | 'grounded-unless-claude' | 'requests' | 'in-tokens' | 'calls' | 'requests-and-visits';
}

/** By LiteLLM's provider id. Source: LiteLLM 1.106.2, llms/<provider>/cost_calculator.py, constants.py, llms/__init__.py, read 2026-11-29. */
const BILLING_RULES: Readonly<Record<string, BillingRule>> = {
  anthropic: { factor: 'speed-and-place', searches: 'requests' },
  dashscope: { method: 'one-tier' },
  fireworks_ai: {
    cacheReadRatio: 0.5,
    sizes: [
      {
        pattern: /(\d+)x(\d+)b/u,
        prices: [
          [56, 'fireworks-ai-moe-up-to-56b'],
          [176, 'fireworks-ai-56b-to-176b'],
        ],
      },
      {
        pattern: /(\d+)b/u,
        prices: [
          [4, 'fireworks-ai-up-to-4b'],
          [16, 'fireworks-ai-4.1b-to-16b'],
          [Infinity, 'fireworks-ai-above-16b'],
        ],
      },
    ],
    unsizedRow: 'fireworks-ai-default',
  },
  gemini: { searches: 'grounded' },
  groq: { searches: 'requests-and-visits' },
  huggingface: { method: 'free' },
  lemonade: { method: 'free' },
  openai: { factor: 'residency' },
  openrouter: { statesCost: true },
  perplexity: { method: 'with-searches', statesCost: true, searches: 'in-tokens' },
  qwen_ai_platform: { method: 'one-tier' },
  qwencloud: { method: 'one-tier' },
  together_ai: {
    sizes: [
      {
        pattern: /(\d+)m/u,
        prices: [
          [150, 'together-ai-embedding-up-to-150m'],
          [350, 'together-ai-embedding-151m-to-350m'],
        ],
        mode: 'embedding',
      },
      {
        pattern: /(\d+)b/u,
        prices: [
          [4, 'together-ai-up-to-4b'],
          [8, 'together-ai-4.1b-8b'],
          [21, 'together-ai-8.1b-21b'],
          [41, 'together-ai-21.1b-41b'],
          [80, 'together-ai-41.1b-80b'],
          [110, 'together-ai-81.1b-110b'],
        ],
      },
    ],
  },
  vertex_ai: { factor: 'location', byOwnLength: true, searches: 'grounded-unless-claude' },
  vertex_ai_beta: { searches: 'grounded-unless-claude' },
  xai: { statesCost: true, reasoningIsAnswer: true, fromThreshold: true, searches: 'calls' },
};

const PLAIN: BillingRule = {};

/** How a provider charges. */
export function billingRule(provider: string): BillingRule {
  return BILLING_RULES[provider] ?? PLAIN;
}
