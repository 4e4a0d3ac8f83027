import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import { pipe } from '../../stream/pipe.ts';
import { eventMachine } from '../openai-chat/stream.ts';
import { cohereFrames } from './frames.ts';
import { toChunk } from './stream-events.ts';
import { toFirstVersionChunk } from './v1-stream-events.ts';
import { isFirstVersion } from './version.ts';

/** Decoded text of a stream of either version → chat completion chunks, under the rules of chunkMachine. */
export function toChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  const convert = isFirstVersion(plan) ? toFirstVersionChunk : toChunk;
  return pipe(cohereFrames(plan.provider.id), eventMachine(plan, chat, [convert]));
}
