import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { opaque, type OpaqueMachine, type Step, type StreamMachine } from '../../contract/stream-machine.ts';
import { isObject } from '../../json/is-object.ts';
import { DONE, objectsIn } from '../openai-chat/types.ts';
import { echoedParams, toShownToolChoice } from './client-echo.ts';
import { readToolNames, toAnnotations, toMessageItems, toReasoningItem, toStatus, type ToolNames } from './client-output.ts';
import { assembleResponse } from './client-response.ts';
import { addCalls, callItems, closeCalls } from './client-stream-calls.ts';
import { addDelta, isEmpty } from './client-stream-delta.ts';
import { closeMessage, closeReasoning, eventWriter, messageId, openMessage, reasoningId, type WriteEvent } from './client-stream-events.ts';
import { counted, withAnswer, type StreamState, type Written } from './client-stream-state.ts';
import { withReasoningCount } from './client-usage.ts';
import { showResponseId } from './response-id.ts';
import { failureEvent } from './stream-failure.ts';
import { childId } from '../../text/child-id.ts';
import { ownModelName } from '../../providers/address.ts';

/** What is needed to write one call's stream. */
interface Pen {
  readonly plan: Plan;
  readonly request: JsonObject;
  readonly names: ToolNames;
  readonly write: WriteEvent;
}

const NOTHING: readonly string[] = [];

/**
 * Chat completion chunks → the typed events of the responses API.
 *
 * in:     the client's request, whose parameters the response repeats and whose original tool names are restored.
 * out:    `response.created` and `response.in_progress` with the first chunk; then the items, each opened, extended and closed; at the end
 *         the whole response. The members of events, and which events are numbered, are as in the reference.
 * errors: `stream-cut` if the input ends before a finish reason.
 * source: LiteLLM 1.106.2, responses/litellm_completion_transformation/streaming_iterator.py, read 2026-11-23. Unlike it, this keeps
 *         everything in a chunk with several kinds of content.
 */
export function responsesStream(plan: Plan, request: JsonObject): OpaqueMachine<JsonObject, string> {
  const pen: Pen = { plan, request, names: readToolNames(request), write: eventWriter(plan.answerModel) };
  const machine: StreamMachine<StreamState, JsonObject, string> = {
    start: ({ callId, nowSeconds }) => ({ sequence: 0, text: '', reasoning: '', calls: [], answer: startAnswer(callId, nowSeconds) }),
    step: (state, chunk) => hotText(state, chunk, pen) ?? toStep(takeChunk(state, chunk, pen)),
    end: (state) => {
      const { phase } = state.answer;
      if (phase === 'ended') return toStep(finish(state, pen));
      if (phase === 'done') return { state, out: NOTHING };
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase } };
    },
    fail: ({ answer, sequence }, error) => [
      failureEvent({ id: answer.id, createdAt: answer.createdAt, model: plan.model, sequence }, error),
    ],
  };
  return opaque(machine);
}

function startAnswer(callId: string, nowSeconds: number): StreamState['answer'] {
  return {
    phase: 'idle',
    id: childId('resp_', callId),
    createdAt: nowSeconds,
    callId,
    begun: false,
    count: 0,
    messageIndex: null,
    reasoningIndex: null,
    reasoningDone: false,
    blocks: [],
    blockText: '',
    annotations: [],
    images: [],
    fields: null,
    finishReason: null,
    usage: null,
  };
}

/** The usage of this API says nothing of searches, which cost something. */
function toStep({ state, text }: Written): Step<StreamState, string> {
  const usage = state.answer.phase === 'done' ? countedUsage(state) : undefined;
  const out = text === '' ? NOTHING : [text];
  return usage === undefined ? { state, out } : { state, out, usage };
}

function countedUsage({ answer, reasoning, calls }: StreamState): JsonObject | undefined {
  return withReasoningCount(answer.usage, reasoning, calls.length > 0);
}

/** The frequent case, more text in the open message: nothing else changes. */
function hotText(state: StreamState, chunk: JsonObject, { write }: Pen): Step<StreamState, string> | undefined {
  const { messageIndex: index, reasoningIndex, reasoningDone, phase } = state.answer;
  if (phase !== 'open' || index === null || (reasoningIndex !== null && !reasoningDone) || chunk['usage'] !== undefined) return undefined;
  const choice = objectsIn(chunk['choices'])[0];
  const delta = choice?.['delta'];
  if (!isObject(delta) || (choice?.['finish_reason'] ?? null) !== null) return undefined;
  for (const name in delta) if (name !== 'content' && name !== 'role') return undefined;
  const { content } = delta;
  if (typeof content !== 'string' || content === '') return undefined;
  const { sequence, text, reasoning, calls, answer } = state;
  const event = write('response.output_text.delta', { item_id: messageId(state), output_index: index, content_index: 0, delta: content });
  return { state: { sequence: sequence + 1, text: text + content, reasoning, calls, answer }, out: [event] };
}

function takeChunk(given: StreamState, chunk: JsonObject, pen: Pen): Written {
  if (given.answer.phase === 'done') return { state: given, text: '' };
  const opened = given.answer.phase === 'idle' ? openResponse(given, chunk, pen) : { state: given, text: '' };
  let { state, text } = opened;
  const choice = objectsIn(chunk['choices'])[0];
  const usage = isObject(chunk['usage']) ? chunk['usage'] : state.answer.usage;
  if (usage !== state.answer.usage) state = withAnswer(state, { usage });
  if (choice !== undefined) {
    const taken = takeChoice(state, chunk, choice, pen);
    state = taken.state;
    text += taken.text;
  }
  if (state.answer.phase !== 'ended' || !isObject(chunk['usage'])) return { state, text };
  const finished = finish(state, pen);
  return { state: finished.state, text: text + finished.text };
}

/** Begins the response with the id and model of the first chunk. */
function openResponse(state: StreamState, chunk: JsonObject, { plan, request, write }: Pen): Written {
  const { id, created } = chunk;
  const named = withAnswer(state, {
    phase: 'open',
    id: typeof id === 'string' && id !== '' ? showResponseId(id, plan) : showResponseId(state.answer.callId, plan),
    createdAt: typeof created === 'number' && created > 0 ? created : state.answer.createdAt,
  });
  const echoed = echoedParams(request);
  const response: JsonObject = {
    id: named.answer.id,
    object: 'response',
    created_at: named.answer.createdAt,
    status: 'in_progress',
    model: plan.model,
    output: [],
    ...pick(echoed, ['instructions', 'temperature', 'text', 'truncation', 'user', 'metadata']),
    parallel_tool_calls: true,
    reasoning: { effort: null, summary: null },
    store: true,
    tool_choice: toShownToolChoice(request['tool_choice']),
    tools: echoed['tools'] ?? [],
    top_p: echoed['top_p'] ?? 1,
  };
  return { state: counted(named, 2), text: write('response.created', { response }) + write('response.in_progress', { response }) };
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (object[name] === undefined ? [] : [[name, object[name]] as const])));
}

function takeChoice(given: StreamState, chunk: JsonObject, choice: JsonObject, { names, write }: Pen): Written {
  const delta = isObject(choice['delta']) ? choice['delta'] : {};
  const finishReason = typeof choice['finish_reason'] === 'string' ? choice['finish_reason'] : null;
  let state = gatherFields(given, chunk['provider_specific_fields'], delta['provider_specific_fields']);
  const saysNothing = isEmpty(delta);
  if (!state.answer.begun && (finishReason !== null || !saysNothing)) {
    state = counted(withAnswer(state, { begun: true }), 1);
    // An empty answer still gets a message: clients read the first one.
    if (saysNothing) {
      const message = openMessage(state, write);
      const ended = withAnswer(message.state, { phase: 'ended', finishReason });
      return { state: ended, text: message.text };
    }
  }
  const said = addDelta(state, delta, write);
  const called = addCalls(said.state, delta, names, write);
  if (finishReason === null) return { state: called.state, text: said.text + called.text };
  const closed = closeReasoning(called.state, write);
  return {
    state: withAnswer(closed.state, { phase: 'ended', finishReason }),
    text: said.text + called.text + closed.text,
  };
}

/** Collects the provider's own members; later values replace earlier ones. */
function gatherFields(state: StreamState, ...given: readonly (JsonObject[string] | undefined)[]): StreamState {
  const fields = given.filter(isObject);
  if (fields.length === 0) return state;
  return withAnswer(state, { fields: Object.assign({}, state.answer.fields, ...fields) });
}

function finish(given: StreamState, { plan, request, names, write }: Pen): Written {
  // Usually closed by now, unless reasoning came after the finish reason.
  const thought = closeReasoning(given, write);
  const called = closeCalls(thought.state, names, write);
  const { state } = called;
  const { answer } = state;
  const annotations = toAnnotations(answer.annotations);
  const response = assembleResponse(
    {
      id: answer.id,
      createdAt: answer.createdAt,
      model: ownModelName(plan),
      output: toOutput(state, names),
      finishReason: answer.finishReason,
      usage: countedUsage(state),
      fields: answer.fields ?? undefined,
    },
    request,
  );
  const terminal = toStatus(answer.finishReason) === 'incomplete' ? 'response.incomplete' : 'response.completed';
  return {
    state: withAnswer(state, { phase: 'done' }),
    text: thought.text + called.text + closeMessage(state, annotations, write) + write(terminal, { response }) + `data: ${DONE}\n\n`,
  };
}

/** The items of the whole answer in the order in which they began; images, which are not in the stream, come last. */
function toOutput(state: StreamState, names: ToolNames): readonly JsonObject[] {
  const { answer, text, reasoning } = state;
  const thought = toReasoningItem(
    reasoningId(state),
    { reasoning_content: reasoning, thinking_blocks: answer.blocks },
    answer.finishReason,
  );
  const spoken = { role: 'assistant', content: text, annotations: answer.annotations, images: answer.images };
  const said = toMessageItems(answer.callId, spoken, answer.finishReason);
  const placed: (readonly [number, JsonObject])[] = [
    ...(thought === undefined ? [] : [[answer.reasoningIndex ?? answer.count, thought] as const]),
    ...said.flatMap((item) => {
      if (item['type'] !== 'message') return [[answer.count, item] as const];
      return answer.messageIndex === null ? [] : [[answer.messageIndex, item] as const];
    }),
    ...callItems(state, names),
  ];
  return placed.toSorted(([left], [right]) => left - right).map(([, item]) => item);
}
