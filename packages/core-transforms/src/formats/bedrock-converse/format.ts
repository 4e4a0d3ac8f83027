import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import { decodeEvents } from './decode.ts';
import { converseEndpoint } from './endpoint.ts';
import { toError } from './errors.ts';
import { isFakeStream } from './fake-stream.ts';
import { toConverseBody } from './request.ts';
import { toChatCompletion } from './response.ts';
import { converseChunks } from './stream.ts';
import { wholeChunks } from './whole-stream.ts';

/** Bedrock's Converse API, seen from the hub. */
export const bedrockConverseFormat: ProviderFormat = {
  id: 'bedrock-converse',
  endpoint: converseEndpoint,
  request: toConverseBody,
  response: toChatCompletion,
  stream: chunksFor,
  decode: (plan, chat) => (isFakeStream(plan, chat) ? undefined : decodeEvents(plan)),
  error: toError,
};

function chunksFor(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  return isFakeStream(plan, chat) ? wholeChunks(plan, chat) : converseChunks(plan, chat);
}
