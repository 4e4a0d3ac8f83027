import { chooseTransform, parseJson, type ChooseTransform, type JsonObject } from '@stagegate/core-transforms';
import { silentLog, systemClock, type Clock, type Ids, type Log } from '@stagegate/gateway-engine/ports';
import type { AnswerRecord } from '../compare/records.ts';
import { toClientRequest } from './client-request.ts';
import type { ConfigOf } from './lane-config.ts';
import { readConfig, type LaneFactory, type PlayableLane } from '../lanes/lane-factory.ts';
import { describeThrown } from './observed.ts';
import type { Player } from './play.ts';
import { recordedCredentials } from './recorded-credentials.ts';
import { createRecordedUpstream } from './recorded-upstream.ts';

const ANSWER_MS_MAX = 5_000;

/** A fixed wall clock, so that replays are identical. */
const CLOCK: Clock = { ...systemClock, nowMs: () => 1_764_000_000_000 };

const IDS: Ids = { callId: () => '00000000-0000-4000-8000-000000000000', random: () => 0 };

/** Plays cases through a lane's whole handler, one at a time, with the provider in memory. A logged bug counts as thrown. */
export function createLanePlayer(
  lane: string,
  factory: LaneFactory,
  configOf: ConfigOf,
  transforms: ChooseTransform = chooseTransform,
): Player {
  const recorded = createRecordedUpstream();
  let bug: string | undefined;
  const log: Log = { ...silentLog, error: (event, fields) => void (bug ??= `${event}: ${fields?.['message'] ?? ''}`) };
  const lanes = new Map<JsonObject, Promise<PlayableLane>>();
  const laneOf = (config: JsonObject): Promise<PlayableLane> => {
    const { upstream, fetch } = recorded;
    const made =
      lanes.get(config) ??
      factory({ config: readConfig(config), transforms, upstream, fetch, credentials: recordedCredentials, clock: CLOCK, ids: IDS, log });
    lanes.set(config, made);
    return made;
  };
  return {
    lane,
    play: async ({ vector }) => {
      const { lane: played } = await laneOf(configOf(vector));
      recorded.load(vector);
      bug = undefined;
      try {
        const response = await withinTime(played.handler(toClientRequest(vector)));
        const answer = await withinTime(readAnswer(response));
        return { requests: recorded.sent(), answer, headers: Object.fromEntries(response.headers), thrown: bug };
      } catch (error) {
        return { requests: recorded.sent(), answer: undefined, thrown: describeThrown(error) };
      }
    },
    close: async () => {
      await Promise.all([...lanes.values()].map(async (made) => (await made).close()));
    },
  };
}

async function readAnswer(response: Response): Promise<AnswerRecord> {
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  const bytes = Buffer.from(await response.arrayBuffer());
  if (type.startsWith('text/event-stream')) return { kind: 'stream', status, text: bytes.toString() };
  if (/^(?:audio|image|application\/octet-stream)/u.test(type)) return { kind: 'bytes', status, base64: bytes.toString('base64') };
  const body = parseJson(bytes.toString());
  return body === undefined ? { kind: 'text', status, text: bytes.toString() } : { kind: 'json', status, body };
}

async function withinTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
