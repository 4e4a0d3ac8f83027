import { createHash } from 'node:crypto';
import type { JsonObject } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { packRecord, RecordWriter, toRecordedBody, type CallRecord, type RecordedAnswer } from '@stagegate/gateway-engine/record';
import { loadDeployments, loadVectors, type Vector } from '@stagegate/testbed';
import type { SentRequest } from '../../src/compare/call-facts.ts';
import { readConfig, type HttpLane } from '../../src/lanes/lane-factory.ts';
import { toReplayCall } from '../../src/replay/replay-call.ts';
import { toReplayConfig } from '../../src/replay/replay-config.ts';
import { createReplayLane, type ReplayLane } from '../../src/replay/replay-lane.ts';
import { createConfigOf } from '../../src/vectors/lane-config.ts';

const PIECE_BYTES = 97;

/** The configuration of the golden vectors, as `serve` would read it; `more` is laid over it. */
export function vectorsConfig(more: JsonObject = {}): LoadedConfig {
  const [first] = loadVectors(undefined, 'models/**');
  if (first === undefined) throw new Error('no vectors');
  return readConfig({ ...createConfigOf([first], loadDeployments())(first.vector), ...more });
}

/** Records of calls as a lane of ours would have served them: what clients and providers said is taken from golden vectors. */
export async function recordVectors(lane: HttpLane, filter: string): Promise<readonly CallRecord[]> {
  const config = toReplayConfig(vectorsConfig());
  const player = createReplayLane(lane, config);
  const records: CallRecord[] = [];
  for (const { vector } of loadVectors(undefined, filter)) {
    const made = await recordVector(vector, config, player);
    if (made !== undefined) records.push(made);
  }
  await player.close();
  return records;
}

/** Writes records as a gateway does. */
export async function writeRecords(dir: string, records: Iterable<CallRecord>): Promise<void> {
  const writer = new RecordWriter({ dir, bytesMax: 1e9 });
  let count = 0;
  for (const record of records) {
    writer.append(packRecord(record));
    count += 1;
    if (count % 1_000 === 0) await writer.flush();
  }
  await writer.close();
}

/** Undefined for a case that a record of ours cannot hold. */
async function recordVector(vector: Vector, config: LoadedConfig, player: ReplayLane): Promise<CallRecord | undefined> {
  const { id, route, client_request: asked, provider_response: whole, provider_stream: stream, model } = vector;
  const deployment = config.deployments.find(({ modelGroup }) => modelGroup === model);
  const said = whole?.body_text ?? (whole?.body === undefined ? stream?.text : JSON.stringify(whole.body));
  if (deployment === undefined || said === undefined || stream?.end === 'abort' || vector.client_request_meta !== undefined)
    return undefined;
  const status = whole?.status ?? stream?.status ?? 200;
  const headers = whole?.headers ?? stream?.headers ?? {};
  const used = { id: deployment.id, provider: deployment.provider.id, model: deployment.model, modelGroup: deployment.modelGroup };
  const draft: CallRecord = {
    version: 1,
    id,
    startedMs: 1_790_000_000_000,
    origin: 'gateway',
    lane: player.name,
    route,
    caller: {},
    ambient: { callId: callIdOf(id), nowSeconds: 1_790_000_000 },
    client: {
      method: 'POST',
      path: route,
      query: '',
      headers: { 'content-type': 'application/json' },
      body: { text: typeof asked === 'string' ? asked : JSON.stringify(asked) },
    },
    deployment: used,
    attempts: [
      {
        deployment: used,
        atMs: 1,
        request: { method: 'POST', url: 'http://upstream.test/', headers: {}, auth: { kind: 'none' }, body: { text: '' } },
        answer: toAnswer(status, headers, Buffer.from(said), 200, stream === undefined ? Infinity : PIECE_BYTES),
      },
    ],
    answer: toAnswer(200, {}, Buffer.from(''), 201, Infinity),
  };
  return completed(draft, player);
}

/** With what the lane makes of it in the place of the draft's request and answer. */
async function completed(draft: CallRecord, player: ReplayLane): Promise<CallRecord | undefined> {
  const call = await toReplayCall(draft);
  if (typeof call === 'string') throw new Error(call);
  const { facts, declined } = await player.play(call);
  const [attempt] = draft.attempts;
  if (facts === undefined || declined !== undefined || attempt === undefined) return undefined;
  const isStream = facts.headers['content-type']?.startsWith('text/event-stream') === true;
  return {
    ...draft,
    attempts: (facts.sent ?? []).slice(0, 1).map((sent) => ({ ...attempt, request: toRequest(sent) })),
    answer: toAnswer(facts.status, facts.headers, Buffer.from(facts.body), 202, isStream ? PIECE_BYTES : Infinity),
  };
}

/** With its stand-in for a credential, as a deployment's own header would stand there. */
function toRequest({ method, path, headers, body }: SentRequest): CallRecord['attempts'][number]['request'] {
  return { method, url: `http://upstream.test${path}`, headers, auth: { kind: 'none' }, body: { text: body } };
}

function toAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
  atMs: number,
  pieceBytes: number,
): RecordedAnswer {
  const pieces: [number, number][] = [];
  for (let from = 0; from < bytes.length; from += pieceBytes)
    pieces.push([Math.min(pieceBytes, bytes.length - from), atMs + pieces.length]);
  return { status, headers, atMs, body: toRecordedBody(bytes), pieces };
}

function callIdOf(id: string): string {
  const digits = createHash('sha256').update(id).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
