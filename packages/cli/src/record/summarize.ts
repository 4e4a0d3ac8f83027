import { bytesOf, type CallRecord, type RecordedAnswer, type RecordedBody } from '@stagegate/gateway-engine/record';

/** A record in short. */
export interface RecordSummary {
  readonly id: string;
  readonly startedMs: number;
  readonly lane: string;
  readonly rule?: string | undefined;
  readonly route: string;
  /** The model group that answered, or else the model that the client asked for. */
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly stream: boolean;
  readonly status: number;
  readonly declined?: string | undefined;
  /** Milliseconds from the start of the call to the last byte of its answer. */
  readonly totalMs: number;
  readonly attempts: number;
  readonly pieces: number;
  /** The length of the answer's body. */
  readonly bytes: number;
}

/** Summarizes a record for a list. */
export function summarize(record: CallRecord): RecordSummary {
  const { id, startedMs, lane, rule, route, deployment, declined, attempts, answer } = record;
  return {
    id,
    startedMs,
    lane,
    rule,
    route,
    model: deployment?.modelGroup ?? askedModel(record),
    provider: deployment?.provider,
    stream: isStream(answer),
    status: answer.status,
    declined: declined?.reason,
    totalMs: answer.pieces.at(-1)?.[1] ?? answer.atMs,
    attempts: attempts.length,
    pieces: answer.pieces.length,
    bytes: lengthOf(answer.body),
  };
}

/** The length of a body in bytes, also where its content was not kept. */
export function lengthOf(body: RecordedBody): number {
  return 'bytes' in body ? body.bytes : (bytesOf(body)?.length ?? 0);
}

function isStream({ headers }: RecordedAnswer): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}

function askedModel({ client: { body } }: CallRecord): string | undefined {
  return 'text' in body ? /"model"\s*:\s*"([^"\\]+)"/u.exec(body.text)?.[1] : undefined;
}
