import type { Upstream, UpstreamAnswer, UpstreamFailure } from '@stagegate/gateway-engine/ports';
import type { RecordedBody, RecordedStream, Vector } from '@stagegate/testbed';
import type { RequestRecord } from '../compare/records.ts';
import { toRequestRecord } from './request-record.ts';

/** Small enough to cut through events and characters, as sockets do. */
const PIECE_BYTES = 97;

const RESET: UpstreamFailure = { kind: 'reset', message: 'the recorded connection was reset' };

/** A provider answer, ready to be played. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly aborts: boolean;
}

/** A provider in memory: gives a case's recorded answers in order, and keeps the requests. */
export interface RecordedUpstream {
  readonly upstream: Upstream;
  /** The same as a fetch, for lanes that do their own I/O. */
  readonly fetch: typeof fetch;
  /** Loads a case, in place of the one before. */
  readonly load: (vector: Vector) => void;
  readonly sent: () => readonly RequestRecord[];
}

/** Makes a provider in memory. */
export function createRecordedUpstream(): RecordedUpstream {
  let replies: Reply[] = [];
  let sent: RequestRecord[] = [];
  const exchange = async (request: Request): Promise<Reply | UpstreamFailure> => {
    sent.push(await toRequestRecord(request));
    return replies.shift() ?? { kind: 'connect', message: 'nothing more was recorded' };
  };
  return {
    upstream: {
      send: async ({ method, url, headers, body }) => {
        const reply = await exchange(new Request(url, { method, headers, body: method === 'GET' ? null : body }));
        return 'kind' in reply ? reply : toUpstreamAnswer(reply);
      },
      close: async () => undefined,
    },
    fetch: async (input, init) => {
      const reply = await exchange(new Request(input, init));
      if ('kind' in reply) throw new TypeError('fetch failed', { cause: new Error(reply.message) });
      return toResponse(reply);
    },
    load: (vector) => {
      replies = toReplies(vector);
      sent = [];
    },
    sent: () => sent,
  };
}

/** The provider's answers in a case, in order. */
export function toReplies(vector: Vector): Reply[] {
  const exchanges = vector.provider_exchanges ?? (vector.provider_request === null ? [] : [vector]);
  return exchanges.flatMap(({ provider_response: whole, provider_stream: stream }) => {
    if (stream !== undefined)
      return [{ status: stream.status, headers: stream.headers, bytes: streamBytes(stream), aborts: stream.end === 'abort' }];
    return whole === undefined ? [] : [{ status: whole.status, headers: whole.headers, bytes: bodyBytes(whole), aborts: false }];
  });
}

/** The bytes that the client got in a case. */
export function clientBytes({ client_stream: stream, client_response: whole }: Vector): Uint8Array {
  if (stream !== undefined) return Buffer.from(stream.text);
  return whole === undefined ? new Uint8Array(0) : bodyBytes(whole);
}

function streamBytes({ text, messages }: RecordedStream): Uint8Array {
  return messages === undefined ? Buffer.from(text ?? '') : Buffer.concat(messages.map(({ frame }) => Buffer.from(frame, 'base64')));
}

function bodyBytes({ body, body_text: text, body_base64: base64 }: RecordedBody): Uint8Array {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return Buffer.from(text ?? (body === undefined ? '' : JSON.stringify(body)));
}

function* cutBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) yield bytes.subarray(start, start + PIECE_BYTES);
}

function toUpstreamAnswer({ status, headers, bytes, aborts }: Reply): UpstreamAnswer {
  return {
    status,
    headers,
    readAll: async () => (aborts ? RESET : bytes),
    forEachChunk: async (consume) => {
      for (const piece of cutBytes(bytes)) {
        if ((await consume(piece)) === 'stop') return { kind: 'aborted', message: 'the consumer stopped' };
      }
      return aborts ? RESET : undefined;
    },
  };
}

function toResponse({ status, headers, bytes, aborts }: Reply): Response {
  const pieces = cutBytes(bytes);
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const { value, done } = pieces.next();
      if (done !== true) controller.enqueue(value);
      else if (aborts)
        controller.error(new TypeError('terminated', { cause: Object.assign(new Error(RESET.message), { code: 'ECONNRESET' }) }));
      else controller.close();
    },
  });
  return new Response(body, { status, headers });
}
