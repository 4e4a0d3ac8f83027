import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import { awsEventStream, type AwsEvent } from '../../framing/aws-event-stream.ts';
import { pipe } from '../../stream/pipe.ts';
import { toErrorInStream } from './error.ts';
import { isAskedWhole } from './request.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The form of the payloads: not known yet, pieces of server-sent events, or pieces of consecutive JSON objects. */
type PayloadState = { readonly kind: 'unknown' } | { readonly kind: 'events' } | { readonly kind: 'objects'; readonly held: string };

const UNKNOWN: PayloadState = { kind: 'unknown' };
const EVENTS: PayloadState = { kind: 'events' };

/**
 * Bytes of an AWS event stream whose payloads are pieces of a model server's output → the text of server-sent events.
 *
 * errors: `upstream-refused` for an exception among the messages; those of awsEventStream.
 * source: LiteLLM 1.106.2, llms/sagemaker/common_utils.py `AWSEventStreamDecoder`, read 2026-11-26.
 */
function decodePayloads(plan: Plan): OpaqueMachine<Uint8Array, string> {
  const toText: StreamMachine<PayloadState, AwsEvent, string> = {
    start: () => UNKNOWN,
    step: (state, event) => readMessage(state, event, plan),
    end: (state) => ({ state, out: state.kind === 'objects' && state.held !== '' ? [toFrame(state.held)] : [] }),
  };
  return pipe(awsEventStream(plan.provider.id), toText);
}

/** The decoder of a provider's binary stream; undefined if the stream is text. */
export function decoderOf(plan: Plan, chat: JsonObject): OpaqueMachine<Uint8Array, string> | undefined {
  return plan.provider.chat?.streamsPayloads === true && !isAskedWhole(chat, plan) ? decodePayloads(plan) : undefined;
}

function readMessage(state: PayloadState, { headers, payload }: AwsEvent, plan: Plan): Step<PayloadState, string> {
  if (headers[':message-type'] === 'event') return readPayload(state, payload);
  const message = headers[':error-message'] ?? (payload === '' ? (headers[':exception-type'] ?? 'the stream broke off') : payload);
  return { state, out: [], error: toErrorInStream({ error: { message } }, plan, state.kind !== 'unknown') };
}

function readPayload(state: PayloadState, payload: string): Step<PayloadState, string> {
  if (state.kind === 'events') return { state, out: [payload] };
  if (state.kind === 'unknown' && !payload.trimStart().startsWith('{')) {
    return payload.trim() === '' ? { state, out: [] } : { state: EVENTS, out: [payload] };
  }
  const held = (state.kind === 'objects' ? state.held : '') + payload;
  return parseJson(held) === undefined
    ? { state: { kind: 'objects', held }, out: [] }
    : { state: { kind: 'objects', held: '' }, out: [toFrame(held)] };
}

function toFrame(text: string): string {
  return `data: ${text.trim().replaceAll(/\r?\n/gu, '\ndata: ')}\n\n`;
}
