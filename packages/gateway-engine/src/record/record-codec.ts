import { isObject, parseJson, type JsonObject } from '@stagegate/core-transforms';
import { bytesOf, toRecordedBody, type CallRecord, type RecordedAnswer, type RecordedBody, type RecordedPiece } from './call-record.ts';

/**
 * A record on disk is a head, followed by the bodies. The head is JSON that holds only the length of each kept body and list of pieces; these
 * follow as raw bytes, never escaped or parsed, in this order: the client's body, each attempt's request, answer and pieces, then the answer
 * to the client and its pieces.
 */
export interface PackedRecord {
  readonly head: string;
  readonly bodies: readonly (string | Uint8Array)[];
}

/** A body in a head: its length in bytes, or the hash or length that replaces it. */
export type StoredBody = number | Exclude<RecordedBody, { readonly text: string } | { readonly base64: string }>;

/** A head; its `pieces` are the length of the packed list in bytes. */
export type StoredRecord = CallRecord<StoredBody, number>;

/** A piece is 4 bytes of length and 4 of time, the latter in hundredths of a millisecond. */
export const PIECE_BYTES = 8;
export const UNITS_PER_MS = 100;

/** Bytes before a packed record's head: its length, little-endian. */
export const HEAD_LENGTH_BYTES = 4;

/** A record with its bodies taken out. */
export function packRecord(record: CallRecord): PackedRecord {
  const bodies: Uint8Array[] = [];
  const store = (body: RecordedBody): StoredBody => {
    if ('bytes' in body) return body;
    const bytes = bytesOf(body) ?? NO_BYTES;
    bodies.push(bytes);
    return bytes.length;
  };
  const storePieces = (pieces: readonly RecordedPiece[]): number => {
    const bytes = packPieces(
      pieces.map(([length]) => length),
      pieces.map(([, atMs]) => Math.round(atMs * UNITS_PER_MS)),
    );
    bodies.push(bytes);
    return bytes.length;
  };
  return { head: JSON.stringify(mapBodies(record, store, storePieces)), bodies };
}

/** Packs pieces for the disk. in: their lengths in bytes, and their times in hundredths of a millisecond. */
export function packPieces(lengths: readonly number[], times: readonly number[]): Buffer {
  const packed = Buffer.allocUnsafe(lengths.length * PIECE_BYTES);
  const view = new DataView(packed.buffer, packed.byteOffset);
  for (let index = 0; index < lengths.length; index += 1) {
    view.setUint32(index * PIECE_BYTES, lengths[index] ?? 0, true);
    view.setUint32(index * PIECE_BYTES + 4, Math.min(times[index] ?? 0, 0xffff_ffff), true);
  }
  return packed;
}

/** Unpacks what `packPieces` made. */
export function unpackPieces(packed: Buffer): readonly RecordedPiece[] {
  const pieces: RecordedPiece[] = [];
  for (let at = 0; at + PIECE_BYTES <= packed.length; at += PIECE_BYTES) {
    pieces.push([packed.readUInt32LE(at), packed.readUInt32LE(at + 4) / UNITS_PER_MS]);
  }
  return pieces;
}

/**
 * Unpacks a record.
 *
 * in:     its bytes: the head's length, the head, the bodies.
 * errors: a readable message, when the bytes are no record of a known version.
 */
export function unpackRecord(bytes: Buffer): CallRecord | string {
  if (bytes.length < HEAD_LENGTH_BYTES) return 'too short for a record';
  let at = HEAD_LENGTH_BYTES + bytes.readUInt32LE(0);
  if (at > bytes.length) return 'its head is longer than the record';
  const head = parseJson(bytes.toString('utf8', HEAD_LENGTH_BYTES, at));
  if (!isObject(head)) return 'its head is not JSON';
  if (head['version'] !== 1) return `version ${String(head['version'])}, which is not known here`;
  if (!isHead(head)) return 'its head lacks what every record has';
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  const load = (stored: StoredBody): RecordedBody => (typeof stored === 'number' ? toRecordedBody(take(stored)) : stored);
  const record = mapBodies(head, load, (stored) => unpackPieces(take(stored)));
  return at === bytes.length ? record : 'its bodies are not as long as its head says';
}

const NO_BYTES = new Uint8Array(0);

/** The record with its bodies and pieces mapped, in the order in which they are stored. */
function mapBodies<B, P, ToB, ToP>(record: CallRecord<B, P>, map: (body: B) => ToB, mapPieces: (pieces: P) => ToP): CallRecord<ToB, ToP> {
  const mapAnswer = (given: RecordedAnswer<B, P>): RecordedAnswer<ToB, ToP> => ({
    ...given,
    body: map(given.body),
    pieces: mapPieces(given.pieces),
  });
  const { client, attempts, answer } = record;
  return {
    ...record,
    client: { ...client, body: map(client.body) },
    attempts: attempts.map(({ request, answer: given, ...rest }) => ({
      ...rest,
      request: { ...request, body: map(request.body) },
      ...(given !== undefined && { answer: mapAnswer(given) }),
    })),
    answer: mapAnswer(answer),
  };
}

/** Whether a head has the members that readers rely on. Its checksum was right, but another program may have written it. */
function isHead(head: JsonObject): head is JsonObject & StoredRecord {
  const { id, startedMs, origin, lane, route, caller, ambient, client, attempts, answer } = head;
  return (
    [id, origin, lane, route].every(isText) &&
    typeof startedMs === 'number' &&
    isObject(caller) &&
    isObject(ambient) &&
    isText(ambient['callId']) &&
    typeof ambient['nowSeconds'] === 'number' &&
    isObject(client) &&
    [client['method'], client['path'], client['query']].every(isText) &&
    isObject(client['headers']) &&
    isBody(client['body']) &&
    Array.isArray(attempts) &&
    attempts.every(isAttempt) &&
    isAnswer(answer)
  );
}

function isAttempt(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['deployment']) || typeof value['atMs'] !== 'number') return false;
  const { request, answer, failure } = value;
  return (
    isObject(request) &&
    [request['method'], request['url']].every(isText) &&
    isObject(request['headers']) &&
    isObject(request['auth']) &&
    isBody(request['body']) &&
    (answer === undefined || isAnswer(answer)) &&
    (failure === undefined || isObject(failure))
  );
}

function isAnswer(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['status'] === 'number' &&
    typeof value['atMs'] === 'number' &&
    isObject(value['headers']) &&
    isBody(value['body']) &&
    isLength(value['pieces'])
  );
}

function isBody(value: unknown): boolean {
  if (typeof value === 'number') return isLength(value);
  return isObject(value) && typeof value['bytes'] === 'number' && (isText(value['sha256']) || value['dropped'] === true);
}

function isLength(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
