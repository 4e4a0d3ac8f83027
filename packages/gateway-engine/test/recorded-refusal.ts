import type { JsonObject } from '@stagegate/core-transforms';

/** How the reference refused a call, as it was recorded: what its client hears, `fields` beside the message, and the headers. */
export interface RecordedRefusal {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly fields: JsonObject;
  readonly headers: JsonObject;
}
