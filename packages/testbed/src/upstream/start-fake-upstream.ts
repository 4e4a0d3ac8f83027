import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { isJsonRecord, type JsonRecord } from '../json.ts';
import { answerNaturally } from './answer-naturally.ts';
import type { Script, SeenRequest } from './script.ts';

/** Carries a script as JSON with the request itself, for callers that can set headers. */
export const SCRIPT_HEADER = 'x-fake-upstream-script';

/** A provider on a real socket that answers correctly, or misbehaves as scripted. */
export interface FakeUpstream {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  /** What came in, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Scripts for the next requests, first come first served; a request finding none is answered naturally. */
  readonly enqueue: (...scripts: readonly Script[]) => void;
  /** Forgets the scripts that no request has taken. */
  readonly clearScripts: () => void;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a fake upstream on a free port of the loopback. It speaks openai-chat, anthropic-messages, count_tokens and mistral-ocr, by path.
 */
export async function startFakeUpstream(): Promise<FakeUpstream> {
  const requests: SeenRequest[] = [];
  const queue: Script[] = [];
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    void serve(incoming, outgoing, requests, queue).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    enqueue: (...scripts) => void queue.push(...scripts),
    clearScripts: () => void queue.splice(0),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, requests: SeenRequest[], queue: Script[]): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const seen = toSeenRequest(incoming, Buffer.concat(chunks).toString(), outgoing);
  const header = incoming.headers[SCRIPT_HEADER];
  const script = typeof header === 'string' ? (JSON.parse(header) as Script) : (queue.shift() ?? {});
  requests.push(seen);
  if (script.delayMs !== undefined) await wait(script.delayMs);
  if (script.raw !== undefined) {
    incoming.socket.end(script.raw);
    return;
  }
  if (script.end === 'hang' && script.cutAfterBytes === 0) return;
  if (script.end === 'reset' && script.cutAfterBytes === 0) {
    incoming.socket.resetAndDestroy();
    return;
  }
  await sendAnswer(outgoing, script, seen);
}

function toSeenRequest(incoming: IncomingMessage, text: string, outgoing: ServerResponse): SeenRequest {
  const finished = new Promise<{ aborted: boolean; atMs: number }>((resolve) => {
    outgoing.on('close', () => resolve({ aborted: !outgoing.writableFinished, atMs: performance.now() }));
  });
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    text,
    json: toRecord(text),
    sentBytes: countSent(incoming.socket),
    finished,
  };
}

/** A connection carries several exchanges; this one begins now. */
function countSent(socket: Socket): () => number {
  const before = socket.bytesWritten;
  return () => socket.bytesWritten - socket.writableLength - before;
}

function toRecord(text: string): JsonRecord {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

async function sendAnswer(outgoing: ServerResponse, script: Script, seen: SeenRequest): Promise<void> {
  const natural = answerNaturally(seen.path, seen.json);
  const pieces = cutIntoPieces(script, natural.pieces);
  outgoing.writeHead(script.status ?? natural.status, {
    'content-type': natural.contentType,
    ...(script.retryAfterSeconds !== undefined && { 'retry-after': String(script.retryAfterSeconds) }),
    ...script.headers,
  });
  outgoing.flushHeaders();
  for (const [index, piece] of pieces.entries()) {
    if (index > 0 && script.pieceDelayMs !== undefined) await wait(script.pieceDelayMs);
    if (outgoing.destroyed) return;
    await new Promise<void>((resolve) => void outgoing.write(piece, () => resolve()));
  }
  endAnswer(outgoing, script);
}

function endAnswer(outgoing: ServerResponse, script: Script): void {
  switch (script.end ?? 'clean') {
    case 'clean':
      outgoing.end();
      return;
    case 'close':
      outgoing.socket?.end();
      return;
    case 'reset':
      outgoing.socket?.resetAndDestroy();
      return;
    case 'hang':
  }
}

/** The writes of a body: cut short, then split where the script says, or event by event. */
function cutIntoPieces(script: Script, naturalPieces: readonly string[]): readonly Uint8Array[] {
  const whole = scriptedBytes(script.body);
  const natural = whole === undefined ? naturalPieces.map((piece) => Buffer.from(piece)) : [whole];
  const bytes = Buffer.concat(natural).subarray(0, script.cutAfterBytes);
  const offsets = script.splitAt ?? ends(natural);
  const cuts = [0, ...offsets.filter((offset) => offset > 0 && offset < bytes.length).toSorted((a, b) => a - b), bytes.length];
  return cuts
    .slice(1)
    .map((end, index) => bytes.subarray(cuts[index], end))
    .filter((piece) => piece.length > 0);
}

function ends(pieces: readonly Uint8Array[]): readonly number[] {
  let end = 0;
  return pieces.map((piece) => (end += piece.length));
}

function scriptedBytes(body: Script['body']): Uint8Array | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return Buffer.from(body);
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
}
