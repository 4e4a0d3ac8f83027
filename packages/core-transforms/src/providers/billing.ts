/** A model's size, at most, and the row of the price table that stands for models of such a size. */
export type SizePrice = readonly [size: number, row: string];

/** How a provider charges, where that differs from tokens times their prices. */
export interface BillingRule {
  /**
   * `free`: it runs on one's own machine. `one-tier`: everything at the prices of one tier, reasoning told from the rest of the answer.
   * `with-searches`: what a search and a citation cost is part of the answer.
   */
  readonly method?: 'free' | 'one-tier' | 'with-searches';
  /** Says in `usage.cost` (or its `total_cost`) itself what it charges. */
  readonly statesCost?: boolean;
  /** Counts reasoning beside the answer, and charges it as the answer. */
  readonly reasoningIsAnswer?: boolean;
  /** A threshold's prices hold from its own number of tokens on. */
  readonly fromThreshold?: boolean;
  /** Above 128k, prompt and answer are charged each by its own length. */
  readonly byOwnLength?: boolean;
  /** What reading from the cache costs of what the input does, for models that do not say. */
  readonly cacheReadRatio?: number;
  /** What makes a call dearer: the host's region, Vertex's location, or what `usage` says of speed and place. */
  readonly factor?: 'residency' | 'location' | 'speed-and-place';
  /** Charges models that the table does not price by their size. */
  readonly sizes?: readonly {
    /** Finds the size in the model's lower-case name; several groups are multiplied. */
    readonly pattern: RegExp;
    readonly prices: readonly SizePrice[];
    /** Holds for this mode alone; without: for all that no other entry is for. */
    readonly mode?: string;
  }[];
  /** For models whose name says no size. */
  readonly unsizedRow?: string;
  /** Who counts its searches of the web, and how they are charged: see `tool-cost.ts`; absent: as the answer shows them. */
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
