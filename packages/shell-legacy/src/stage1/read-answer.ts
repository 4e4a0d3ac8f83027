import { readRefusal, type ClientAnswer, type ClientCall, type ProviderRequest } from '@stagegate/core-transforms';
import { ANSWER_BYTES_MAX, askProvider, ERROR_BYTES_MAX, readText, type ProviderReply } from './ask-provider.ts';
import type { PlannedCall } from './call-provider.ts';
import { replyInPlace } from './mock-reply.ts';
import type { App, Exchange } from './parts.ts';
import { readWishes } from './quirks/timeouts-by-header-or-body.ts';
import { Refusal, refusedByTransform } from './refusal.ts';
import type { AttemptWatch } from './watch-attempt.ts';

/** The provider's request. Media that the provider does not read itself are fetched first. Throws a refusal for what cannot be made one. */
export async function toRequest(
  { media }: App,
  { ambient, tape }: Exchange,
  { deployment, plan, transform }: PlannedCall,
  client: ClientCall,
): Promise<ProviderRequest> {
  let request = transform.request(client, plan, ambient);
  if (!request.ok && request.error.kind === 'declined' && request.error.media !== undefined && media !== undefined) {
    const whole = await media.complete(transform, client, plan, ambient);
    if ('message' in whole) throw new Refusal({ kind: 'media-unfetched', message: whole.message, modelGroup: plan.modelGroup }, deployment);
    // Not worth recording: a replay would have to fetch the media, too.
    tape?.dropped();
    request = transform.request(whole, plan, ambient);
  }
  if (!request.ok) throw refusedByTransform(request.error, deployment);
  return request.value;
}

/** Asks the provider; where there is no request, the mock answers in its place. Throws a refusal for an exchange that fails. */
export async function askOrMock(
  app: App,
  exchange: Exchange,
  planned: PlannedCall,
  client: ClientCall,
  request: ProviderRequest | undefined,
): Promise<ProviderReply> {
  const wishes = readWishes(exchange, client.body.value);
  if (request === undefined) return replyInPlace(app, exchange, planned, wishes);
  return askProvider(app, exchange, planned, request, wishes);
}

/** A request that the provider answers: the client's part of it, the reply, and the watch that measures the attempt. */
interface AnsweredRequest {
  readonly client: ClientCall;
  readonly reply: ProviderReply;
  readonly watch: AttemptWatch;
}

/** Reads a whole answer to one request, and makes it the client's. Throws a refusal for one that refuses, or cannot be used. */
export async function readAnswer(
  { config }: App,
  exchange: Exchange,
  { plan, transform, deployment }: PlannedCall,
  { client, reply, watch }: AnsweredRequest,
): Promise<ClientAnswer> {
  const { status, headers } = reply;
  const refused = status >= 300;
  const body = await readText(reply, refused ? ERROR_BYTES_MAX : (config.answerBytesMax ?? ANSWER_BYTES_MAX), deployment);
  const answer = { status, headers: Object.fromEntries(headers), body };
  if (refused) throw refusedByTransform(readRefusal(transform, answer, plan), deployment, headers);
  const shown = transform.response(answer, client, plan, exchange.ambient);
  if (!shown.ok) throw refusedByTransform(shown.error, deployment, headers);
  watch.meter.heard(body);
  return shown.value;
}
