import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { opaque, type OpaqueMachine, type Step, type StreamMachine } from '../../contract/stream-machine.ts';
import { isObject } from '../../json/is-object.ts';
import { readRefusal } from './client-response.ts';
import { refusalDetails, toStopReason } from './client-stop-reason.ts';
import { addPiece, closeBlocks, NO_BLOCKS, type Blocks } from './client-stream-blocks.ts';
import { messageStart, textDelta, toEvent } from './client-stream-events.ts';
import { toPieces, type SeenTool } from './client-stream-pieces.ts';
import { longToolNames } from './client-tools.ts';
import { toMessagesUsage } from './client-usage.ts';
import { isArray, readString } from './types.ts';
import { childId } from '../../text/child-id.ts';

interface State {
  readonly callId: string;
  /** `stopped`: the reason is known and content is over. `done`: the last event was given. */
  readonly phase: 'idle' | 'streaming' | 'stopped' | 'done';
  readonly blocks: Blocks;
  readonly tools: readonly SeenTool[];
  readonly finishReason: string;
  readonly refusal: string;
  readonly usage: JsonObject | null;
}

const NOTHING: readonly string[] = [];
const EMPTY_TEXT_BLOCK = { kind: 'text', text: '' } as const;

/**
 * Chat completion chunks → events of the messages API.
 *
 * in:     the client's request, whose original tool names are restored.
 * out:    `message_start` with the first chunk; blocks one after the other; `message_delta` and `message_stop` once the reason
 *         and the usage that follows it are known, or else at the end.
 * errors: `stream-cut` when the input ends before a finish reason.
 * source: LiteLLM 1.106.2, adapters/streaming_iterator.py, read 2026-11-23. Unlike it, this keeps the arguments of interleaved tool calls
 *         apart, and sends thinking once.
 */
export function messagesStream(plan: Plan, request: JsonObject): OpaqueMachine<JsonObject, string> {
  const names = longToolNames(request);
  const model = plan.answerModel ?? plan.model;
  const machine: StreamMachine<State, JsonObject, string> = {
    start: ({ callId }) => ({ callId, phase: 'idle', blocks: NO_BLOCKS, tools: [], finishReason: '', refusal: '', usage: null }),
    step: (state, chunk) => hotText(state, chunk) ?? takeChunk(state, chunk, names, model),
    end: (state) => {
      if (state.phase === 'stopped') return finish(state, '');
      if (state.phase === 'done') return { state, out: NOTHING };
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase: state.phase } };
    },
  };
  return opaque(machine);
}

/** The frequent case, more text in an open text block: nothing else changes. */
function hotText(state: State, chunk: JsonObject): Step<State, string> | undefined {
  if (state.phase !== 'streaming' || state.blocks.open?.kind !== 'text' || chunk['usage'] !== undefined) return undefined;
  const choice = firstChoice(chunk);
  const delta = choice?.['delta'];
  if (!isObject(delta) || (choice?.['finish_reason'] ?? null) !== null) return undefined;
  for (const name in delta) if (name !== 'content' && name !== 'role') return undefined;
  const { content } = delta;
  return typeof content === 'string' && content !== '' ? { state, out: [textDelta(state.blocks.count - 1, content)] } : undefined;
}

function takeChunk(state: State, chunk: JsonObject, names: ReadonlyMap<string, string>, model: string): Step<State, string> {
  if (state.phase === 'done') return { state, out: NOTHING };
  const head = state.phase === 'idle' ? messageStart(childId('msg_', state.callId), model) : '';
  const usage = isObject(chunk['usage']) ? chunk['usage'] : state.usage;
  const choice = firstChoice(chunk);
  const taken = choice === undefined ? { state, text: '' } : takeChoice(state, choice, names);
  const next: State = { ...taken.state, phase: taken.state.phase === 'idle' ? 'streaming' : taken.state.phase, usage };
  const text = head + taken.text;
  if (next.phase === 'stopped' && isObject(chunk['usage'])) return finish(next, text);
  return { state: next, out: text === '' ? NOTHING : [text] };
}

/** Takes a chunk's choice. Content after the finish reason gets blocks of its own, and the first reason stays. */
function takeChoice(
  state: State,
  choice: JsonObject,
  names: ReadonlyMap<string, string>,
): { readonly state: State; readonly text: string } {
  const delta = isObject(choice['delta']) ? choice['delta'] : {};
  const { pieces, tools } = toPieces(delta, state.tools, names, state.callId.replaceAll('-', ''));
  let { blocks } = state;
  let text = '';
  for (const piece of pieces) {
    const written = addPiece(blocks, piece);
    blocks = written.blocks;
    text += written.text;
  }
  const refusal = state.refusal + (readRefusal(delta) ?? '');
  const finishReason = readString(choice, 'finish_reason');
  if (finishReason === undefined || state.phase === 'stopped') return { state: { ...state, blocks, tools, refusal }, text };
  // An answer without content still gets a block: clients read the first one.
  const begun = blocks.count === 0 ? addPiece(blocks, EMPTY_TEXT_BLOCK) : { blocks, text: '' };
  const closed = closeBlocks(begun.blocks);
  const stopped: State = { ...state, phase: 'stopped', blocks: closed.blocks, tools, refusal, finishReason };
  return { state: stopped, text: text + begun.text + closed.text };
}

function finish(state: State, before: string): Step<State, string> {
  const isRefused = state.refusal !== '';
  const stopReason = toStopReason(state.finishReason, isRefused);
  const details = isRefused && stopReason === 'refusal' ? { stop_details: refusalDetails(state.refusal) } : {};
  const last = toEvent('message_delta', {
    delta: { stop_reason: stopReason, ...details },
    usage: toMessagesUsage(state.usage ?? undefined),
  });
  const closed = closeBlocks(state.blocks);
  return { state: { ...state, phase: 'done', blocks: closed.blocks }, out: [before + closed.text + last + toEvent('message_stop', {})] };
}

function firstChoice(chunk: JsonObject): JsonObject | undefined {
  const choices = chunk['choices'];
  const choice = isArray(choices) ? choices[0] : undefined;
  return isObject(choice) ? choice : undefined;
}
