import type { Mock } from '@stagegate/core-transforms';

/** What a deployment does in its provider's place: `mock_response`, `mock_tool_calls`, `mock_timeout`, `mock_delay`. */
export interface MockSettings extends Mock {
  /** It never answers: the call waits as long as it would for a provider. */
  readonly timesOut?: boolean;
  readonly delaySeconds?: number;
}
