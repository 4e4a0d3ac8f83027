import { bytesOf, type CallRecord, type RecordedAnswer, type RecordedBody } from '@stagegate/gateway-engine/record';

/** A record in few words. */
export interface RecordSummary {
  readonly id: string;
  readonly startedMs: number;
  readonly lane: string;
  readonly rule?: string | undefined;
  readonly route: string;
  /** The group that answered, else what the client asked for. */
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly stream: boolean;
  readonly status: number;
  readonly declined?: string | undefined;
  /** From the call's begin to the last byte of its answer. */
  readonly totalMs: number;
  readonly attempts: number;
  readonly pieces: number;
  /** Of the answer's body. */
  readonly bytes: number;
}

/** What a list shows of a record. */
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

/** Bytes of a body, also of one whose content was not kept. */
export function lengthOf(body: RecordedBody): number {
  return 'bytes' in body ? body.bytes : (bytesOf(body)?.length ?? 0);
}

function isStream({ headers }: RecordedAnswer): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}

function askedModel({ client: { body } }: CallRecord): string | undefined {
  return 'text' in body ? /"model"\s*:\s*"([^"\\]+)"/u.exec(body.text)?.[1] : undefined;
}
