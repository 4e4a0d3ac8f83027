import type { Mock } from '@stagegate/core-transforms';

/** What a deployment answers in its provider's place: `mock_response`, `mock_tool_calls`, `mock_timeout`, `mock_delay`. */
export interface MockSettings extends Mock {
  /** True: it never answers, and the call runs into its time limit. */
  readonly timesOut?: boolean;
  readonly delaySeconds?: number;
}
