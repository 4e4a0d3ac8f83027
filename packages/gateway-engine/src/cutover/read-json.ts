import type { LaneId } from '../ports/index.ts';

const LANES: ReadonlySet<unknown> = new Set<LaneId>(['reference', 'legacy-io', 'legacy-thin', 'hono']);

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is the id of a lane. */
export function isLane(value: unknown): value is LaneId {
  return LANES.has(value);
}
