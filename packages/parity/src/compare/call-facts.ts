import { parseJson, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { AnswerRecord, RequestRecord } from './records.ts';

/** A request to a provider, as text: cheap to compare, and parsed only where two differ. */
export interface SentRequest {
  readonly method: string;
  /** With query, without scheme and host. A key in it is written as `<credential>`. */
  readonly path: string;
  /** Lower-case names; credentials are written as `<credential>`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body; for a form the text of `{"$multipart": […]}`, because its boundary is random. */
  readonly body: string;
}

/** Everything of a call that is compared, on five surfaces. */
export interface CallFacts {
  /** Surface 1, in order; undefined when that side does not see what is sent. */
  readonly sent: readonly SentRequest[] | undefined;
  /** Surface 3, together with the error that the body may be. */
  readonly status: number;
  /** Surface 4, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Surface 2; base64 when `isBinary`. */
  readonly body: string;
  readonly isBinary: boolean;
  /** Surface 5: what the call leaves behind, as far as that side knows. */
  readonly effects: JsonObject;
}

/** A provider request with its body read. */
export function readSent({ body, ...rest }: SentRequest): RequestRecord {
  const read: JsonValue = body === '' ? null : (parseJson(body) ?? { $text: body });
  return { ...rest, body: read };
}

/** A client's answer with its body read, by its media type: a stream, else JSON, text or bytes. */
export function readAnswer({ status, headers, body, isBinary }: CallFacts): AnswerRecord {
  if (isBinary) return { kind: 'bytes', status, base64: body };
  if (headers['content-type']?.startsWith('text/event-stream') === true) return { kind: 'stream', status, text: body };
  const parsed = parseJson(body);
  return parsed === undefined ? { kind: 'text', status, text: body } : { kind: 'json', status, body: parsed };
}
