import { isUtf8 } from 'node:buffer';
import type { Ambient, AuthPlacement, Headers } from '@stagegate/core-transforms';
import type { Declined, LaneId, UpstreamFailure } from '../ports/index.ts';

/**
 * One call, self-contained: the client's request, the requests to providers and their answers, and the answer to the client. Plain JSON.
 * It holds no secrets: of a credential only where it goes, of a caller the hash of its key, of headers only those on a list.
 */
export interface CallRecord<Body = RecordedBody, Pieces = readonly RecordedPiece[]> {
  readonly version: 1;
  /** Unique among all records. */
  readonly id: string;
  /** Wall clock, milliseconds since 1970. Every `atMs` below counts from here. */
  readonly startedMs: number;
  /** Where it was recorded: by a gateway, or imported from golden vectors or a HAR file. */
  readonly origin: 'gateway' | 'vectors' | 'har';
  readonly lane: LaneId;
  /** The migration rule that chose the lane; absent without a front. */
  readonly rule?: string;
  /** Id of the route (its own path, as docs and rules name it). */
  readonly route: string;
  readonly caller: RecordedCaller;
  /** The ids and times that a replay needs to produce the same bytes. */
  readonly ambient: Ambient;
  readonly client: RecordedClientRequest<Body>;
  /** The deployment that answered, or that was last tried; absent where none was chosen or the lane does not see it. */
  readonly deployment?: RecordedDeployment;
  /** In order; empty where nothing was sent, and in lane `reference`, which does not see what is sent. */
  readonly attempts: readonly RecordedAttempt<Body, Pieces>[];
  /** Set when the lane declined the call: another record may hold how it was served. */
  readonly declined?: Declined;
  readonly answer: RecordedAnswer<Body, Pieces>;
  /** The cost in USD; absent where it is not known. */
  readonly spentUsd?: number;
  /** Why the answer is incomplete, in a lane that sees no attempts. */
  readonly failure?: UpstreamFailure;
}

/** Who called. */
export interface RecordedCaller {
  /** Lower-case hex sha-256 of the key, as LiteLLM's database has it. */
  readonly keyHash?: string;
  readonly teamId?: string;
  readonly userId?: string;
}

/** The client's end of a call. */
export interface RecordedClientRequest<Body = RecordedBody> {
  readonly method: string;
  readonly path: string;
  /** Without the question mark; values that are not on the list of harmless ones are masked. */
  readonly query: string;
  /** Only those on the list; names in lower case. */
  readonly headers: Headers;
  readonly body: Body;
}

/** Where a call went. */
export interface RecordedDeployment {
  readonly id: string;
  readonly provider: string;
  /** The provider's own name for it. */
  readonly model: string;
  readonly modelGroup: string;
}

/** One request to a provider. */
export interface RecordedAttempt<Body = RecordedBody, Pieces = readonly RecordedPiece[]> {
  readonly deployment: RecordedDeployment;
  readonly atMs: number;
  readonly request: RecordedProviderRequest<Body>;
  /** Absent where none arrived. */
  readonly answer?: RecordedAnswer<Body, Pieces>;
  /** Why there is no answer, or only part of one. */
  readonly failure?: UpstreamFailure;
}

/** A request to a provider as core made it, before credentials were applied. */
export interface RecordedProviderRequest<Body = RecordedBody> {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly auth: AuthPlacement;
  readonly body: Body;
}

/** An answer, a provider's or ours. */
export interface RecordedAnswer<Body = RecordedBody, Pieces = readonly RecordedPiece[]> {
  readonly status: number;
  readonly headers: Headers;
  /** When its status and headers arrived, or were sent. */
  readonly atMs: number;
  readonly body: Body;
  /** The pieces in which the body arrived or was sent. */
  readonly pieces: Pieces;
}

/** The length of a piece in bytes, and its time in milliseconds since the call began, to a hundredth. */
export type RecordedPiece = readonly [bytes: number, atMs: number];

/** A body: text if it is UTF-8, else base64; where content is not kept, its hash or only its length in `bytes`. */
export type RecordedBody =
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly sha256: string; readonly bytes: number }
  | { readonly dropped: true; readonly bytes: number };

/** The bytes of a body; undefined when its content was not kept. */
export function bytesOf(body: RecordedBody): Buffer<ArrayBuffer> | undefined {
  if ('text' in body) return Buffer.from(body.text);
  return 'base64' in body ? Buffer.from(body.base64, 'base64') : undefined;
}

/** The body of an answer in the pieces of the wire; undefined where its content was not kept. */
export function piecesOf({ body, pieces }: RecordedAnswer): readonly Buffer[] | undefined {
  const bytes = bytesOf(body);
  if (bytes === undefined) return undefined;
  let from = 0;
  return pieces.map(([length]) => bytes.subarray(from, (from += length)));
}

/** Makes a recorded body from bytes. */
export function toRecordedBody(bytes: Uint8Array): RecordedBody {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? { text: buffer.toString() } : { base64: buffer.toString('base64') };
}
