import type { Declined } from '@stagegate/gateway-engine/ports';
import { writeWhole } from '../node/write-whole.ts';
import type { Exchange } from './parts.ts';

/** Answers a call whole, and tells its tape. */
export function replyWhole(exchange: Exchange, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  tapeReply(exchange, status, headers, body);
  writeWhole(exchange.outgoing, status, headers, body);
}

/** Tells the tape of a whole answer, or of one that is given back instead of being written. */
export function tapeReply(
  { tape, bytes }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  declined?: Declined,
): void {
  if (tape === undefined) return;
  if (bytes !== undefined) tape.asked(bytes);
  tape.replied(status, headers);
  tape.wrote(body);
  tape.ended(declined);
}
