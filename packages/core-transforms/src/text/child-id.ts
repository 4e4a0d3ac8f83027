/**
 * An id of ours that derives from a call's, so that a replay comes to the same: prefix and call id.
 *
 * out:  one flat string. A string that was put together by `+` or a template stays in pieces inside V8, and one of those in a
 *       value takes `JSON.stringify` off its fast path (measured on a chat completion of 1.3 KB: 4.6 µs against 1.5).
 */
export function childId(prefix: string, callId: string): string {
  return [prefix, callId].join('');
}
