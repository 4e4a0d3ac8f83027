import type { Declined } from '@stagegate/gateway-engine/ports';
import { writeWhole } from '../node/write-whole.ts';
import type { Exchange } from './parts.ts';

type ReplyHeaders = Readonly<Record<string, string>>;

/** Answers a call with a whole body, and tells its tape. */
export function replyWhole(exchange: Exchange, status: number, headers: ReplyHeaders, body: string): void {
  tapeReply(exchange, status, headers, body);
  writeWhole(exchange.outgoing, status, headers, body);
}

/** Tells the tape of a whole answer, or of one that is given back instead of being written. */
export function tapeReply(exchange: Exchange, status: number, headers: ReplyHeaders, body: string, declined?: Declined): void {
  const { tape } = exchange;
  if (tape === undefined) return;
  tapeHead(exchange, status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  tape.wrote(body);
  tape.ended(declined);
}

/** Tells the tape of the call's body and the head of the answer, with the headers that are on the response already. */
export function tapeHead({ tape, bytes, outgoing }: Exchange, status: number, headers: ReplyHeaders): void {
  if (tape === undefined) return;
  if (bytes !== undefined) tape.asked(bytes);
  const all: Record<string, string> = { ...headers };
  for (const [name, value] of Object.entries(outgoing.getHeaders())) all[name] ??= String(value);
  tape.replied(status, all);
}
