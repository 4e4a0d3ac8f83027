import { type Outcome } from '../contract/outcome.ts';

/** One top-level member: where its name and value stand in the bytes. `valueEnd` is exclusive. */
export interface RawMember {
  readonly name: string;
  readonly nameStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * A JSON object as its bytes and the spans of its top-level members. An edit touches the members it names and leaves every
 * other byte as it came: exact for 2^53 + 1, `1.0`, key order and members nobody knows yet.
 */
export interface RawObject {
  readonly bytes: Uint8Array;
  readonly members: readonly RawMember[];
}

/** Deeper nesting is refused: `JSON.stringify` and `structuredClone` throw from about 5,000 levels on. */
export const DEPTH_MAX = 128;


/**
 * Scans the bytes of a JSON object once: finds its members, bounds its depth, refuses what is not JSON.
 *
 * in:     bytes of the whole body, UTF-8.
 * out:    the bytes and the spans of the top-level members.
 * errors: `bad-request` when it is not a JSON object, is nested deeper than DEPTH_MAX, or names a top-level member twice.
 */
export function scanRawObject(bytes: Uint8Array): Outcome<RawObject> {
  throw new Error('written next', { cause: bytes });
}
