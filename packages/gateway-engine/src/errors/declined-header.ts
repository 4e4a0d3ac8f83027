import type { Declined } from '../ports/index.ts';

const REASON_LENGTH_MAX = 200;

/** The value of `x-stagegate-declined`: `<by>: <reason>`, cut short and in printable ASCII, as a reason may quote the client. */
export function declinedHeader({ by, reason }: Declined): string {
  return `${by}: ${reason.replace(/[^\x20-\x7e]+/gu, ' ').slice(0, REASON_LENGTH_MAX)}`;
}
