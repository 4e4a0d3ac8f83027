import {
  keptClientHeaders,
  toRecordedBody,
  type CallRecord,
  type RecordedAnswer,
  type RecordedAttempt,
} from '@stagegate/gateway-engine/record';
import { loadVectors, type Json, type RecordedRequest, type Vector } from '@stagegate/testbed';
import { toClientRequest } from '../vectors/client-request.ts';
import { clientBytes, toReplies, type Reply } from '../vectors/recorded-upstream.ts';
import { openHeaders } from './open-headers.ts';

/** Nothing was timed. */
const AT_MS = 0;

/** Golden vectors as records, in the order of their paths. Throws when the folder cannot be read or a file in it is no case. */
export async function* recordsOfVectors(directory: string): AsyncGenerator<CallRecord, void> {
  for (const { vector } of loadVectors(directory)) yield await toRecord(vector);
}

async function toRecord(vector: Vector): Promise<CallRecord> {
  const request = toClientRequest(vector);
  const { pathname: path, search } = new URL(request.url);
  const attempts = toAttempts(vector);
  const last = attempts.at(-1);
  return {
    version: 1,
    id: vector.id,
    startedMs: AT_MS,
    origin: 'vectors',
    lane: 'reference',
    route: vector.route,
    caller: {},
    ambient: { callId: vector.id, nowSeconds: AT_MS },
    client: {
      method: request.method,
      path,
      query: search.slice(1),
      headers: keptClientHeaders((name) => request.headers.get(name) ?? undefined),
      body: toRecordedBody(new Uint8Array(await request.arrayBuffer())),
    },
    ...(last !== undefined && { deployment: last.deployment }),
    attempts,
    answer: toAnswer({ ...(vector.client_stream ?? vector.client_response ?? { status: 0, headers: {} }), bytes: clientBytes(vector) }),
  };
}

function toAttempts(vector: Vector): readonly RecordedAttempt[] {
  const { model, provider, litellm_params: params } = vector;
  const deployment = { id: 'unknown', provider, model: params?.model.replace(/^[^/]*\//u, '') ?? '', modelGroup: model ?? '' };
  const replies = toReplies(vector);
  const requests =
    vector.provider_exchanges?.map(({ request }) => request) ?? (vector.provider_request === null ? [] : [vector.provider_request]);
  return requests.map((request, index) => {
    const reply = replies[index];
    return {
      deployment,
      atMs: AT_MS,
      request: toProviderRequest(request),
      ...(reply !== undefined && { answer: toAnswer(reply) }),
      ...(reply?.aborts === true && { failure: { kind: 'reset', message: 'the recorded connection was reset' } as const }),
    };
  });
}

function toProviderRequest({ method, path, headers, body }: RecordedRequest): RecordedAttempt['request'] {
  return { method, url: `http://upstream.test${path}`, headers: openHeaders(headers), auth: { kind: 'none' }, body: toBody(body) };
}

/** A form has no bytes of its own in a vector. */
function toBody(body: Json): RecordedAttempt['request']['body'] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { text: body === null ? '' : JSON.stringify(body) };
  if ('$multipart' in body) return { dropped: true, bytes: 0 };
  return { text: '$text' in body ? String(body['$text']) : JSON.stringify(body) };
}

function toAnswer({ status, headers, bytes }: Omit<Reply, 'aborts'>): RecordedAnswer {
  return { status, headers: openHeaders(headers), atMs: AT_MS, body: toRecordedBody(bytes), pieces: [[bytes.length, AT_MS]] };
}
