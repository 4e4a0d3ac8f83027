import { parseJson, type Headers } from '@stagegate/core-transforms';
import type { UpstreamFailure } from '@stagegate/gateway-engine/ports';
import { bytesOf, piecesOf, type CallRecord, type RecordedAttempt } from '@stagegate/gateway-engine/record';
import type { Agreement } from '../compare/compare-calls.ts';
import type { CallFacts, SentRequest } from '../compare/call-facts.ts';
import { messageIn, messageInStream, saysUsage } from '../compare/provider-said.ts';
import type { Latency } from '../verdict/comparison.ts';
import { CREDENTIAL, sentPath, toBodyText } from './sent-request.ts';

/** What a provider answered, ready to be given again. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Cut where it was cut on the wire. */
  readonly pieces: readonly Uint8Array[];
  /** How it broke off. */
  readonly failure: UpstreamFailure | undefined;
}

/** A record, ready to be played in any lane and to be compared with. */
export interface ReplayCall {
  readonly record: CallRecord;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly replies: readonly (Reply | UpstreamFailure)[];
  /** What the record says of the five surfaces. */
  readonly facts: CallFacts;
  readonly agreement: Agreement;
  /** As the client saw it. */
  readonly latency: Latency;
  /** How long the provider took, whichever lane sent the request. */
  readonly provider: Latency;
}

/** Refused for who called: a record holds no key, so a replay lets everybody in. */
const REFUSED_FOR_CALLER: ReadonlySet<number> = new Set([401, 403, 429]);

const RELAYED = 'recorded by a relay, which does not see what providers say (docs/migrating.md, "The first records")';

/** Prepares a record; a text instead says why it cannot be played or compared. */
export async function toReplayCall(record: CallRecord): Promise<ReplayCall | string> {
  const { client, attempts, answer, declined, lane } = record;
  if (declined !== undefined) return `given back by ${lane}: another lane served it`;
  if (attempts.at(-1)?.failure?.kind === 'aborted') return 'its client went away';
  const [body, shown] = [bytesOf(client.body), bytesOf(answer.body)];
  const replies = attempts.map(toReply);
  if (body === undefined || shown === undefined || replies.includes(undefined)) return 'its content was not kept';
  if (attempts.length === 0 && lane !== 'reference' && REFUSED_FOR_CALLER.has(answer.status))
    return `refused for who called (${answer.status})`;
  // The reference's own attempts are not seen: nothing could be answered in the provider's place.
  if (attempts.length === 0 && lane === 'reference' && answer.status < 400) return RELAYED;
  const isBinary = isBinaryType(answer.headers['content-type']);
  const facts: CallFacts = {
    sent: lane === 'reference' && attempts.length === 0 ? undefined : await Promise.all(attempts.map(toSent)),
    status: answer.status,
    headers: answer.headers,
    body: shown.toString(isBinary ? 'base64' : 'utf8'),
    isBinary,
    // What it logged and counted is no part of a record.
    effects: record.spentUsd === undefined ? {} : { chargedUsd: record.spentUsd },
  };
  return {
    record,
    body,
    replies: replies.filter((reply) => reply !== undefined),
    facts,
    agreement: agreementWith(record),
    latency: { firstByteMs: answer.pieces[0]?.[1] ?? answer.atMs, totalMs: answer.pieces.at(-1)?.[1] ?? answer.atMs },
    provider: providerLatency(attempts, answer.headers['content-type']?.startsWith('text/event-stream') === true),
  };
}

/** Whether a body is no text, by its media type. */
export function isBinaryType(type: string | undefined): boolean {
  return type !== undefined && /^(?:audio|image|video|application\/(?:octet-stream|pdf|zip))/u.test(type);
}

function toReply({ answer, failure }: RecordedAttempt): Reply | UpstreamFailure | undefined {
  if (answer === undefined) return failure ?? { kind: 'reset', message: 'the recorded connection ended' };
  const pieces = piecesOf(answer);
  return pieces && { status: answer.status, headers: answer.headers, pieces, failure };
}

/** The request as it would have gone out: with a stand-in at the place of the credential. */
async function toSent({ request }: RecordedAttempt): Promise<SentRequest> {
  const { method, url, headers, auth, body } = request;
  const sent: Record<string, string> = { ...headers };
  if (auth.kind === 'aws-sigv4' || auth.kind === 'token') sent['authorization'] = CREDENTIAL;
  if (auth.kind === 'header' && sent[auth.header] === undefined) {
    const value = auth.scheme === '' ? CREDENTIAL : `${auth.scheme} ${CREDENTIAL}`;
    sent[auth.header] = value;
    if (auth.also !== undefined) sent[auth.also] = value;
  }
  const keyed = auth.kind === 'query' ? `${url}${url.includes('?') ? '&' : '?'}${auth.name}=${CREDENTIAL}` : url;
  return { method, path: sentPath(keyed), headers: sent, body: await toBodyText(bytesOf(body) ?? '', headers['content-type']) };
}

/** A lane of ours is held to every byte; the reference, and what was brought in from elsewhere, to what it means to a client. */
function agreementWith(record: CallRecord): Agreement {
  const { lane, origin } = record;
  return lane !== 'reference' && origin === 'gateway' ? { kind: 'exact' } : agreementWithReference(record);
}

/** What the reference and a side of ours have to agree on about a call. */
export function agreementWithReference({ attempts }: CallRecord): Agreement {
  const said = attempts.at(-1)?.answer;
  const text = said === undefined ? '' : (bytesOf(said.body)?.toString() ?? '');
  const whole = said !== undefined && said.status >= 400 ? messageIn(parseJson(text)) : undefined;
  return { kind: 'reference', providerCounted: saysUsage(text), providerMessage: whole ?? messageInStream(text) };
}

function providerLatency(attempts: readonly RecordedAttempt[], isStream: boolean): Latency {
  const [first, last] = [attempts[0], attempts.at(-1)];
  const pieces = last?.answer?.pieces ?? [];
  const totalMs = Math.max(0, (pieces.at(-1)?.[1] ?? last?.answer?.atMs ?? last?.atMs ?? 0) - (first?.atMs ?? 0));
  if (!isStream) return { firstByteMs: totalMs, totalMs };
  return { firstByteMs: Math.max(0, (pieces[0]?.[1] ?? 0) - (first?.atMs ?? 0)), totalMs };
}
