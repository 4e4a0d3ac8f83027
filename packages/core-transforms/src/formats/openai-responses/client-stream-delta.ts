import type { JsonObject } from '../../contract/json.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toAnnotations } from './client-output.ts';
import { closeReasoning, messageId, openMessage, openReasoning, reasoningId, type WriteEvent } from './client-stream-events.ts';
import { isSignedBlock } from './native-history.ts';
import { withAnswer, type StreamState, type Written } from './client-stream-state.ts';

const SPOKEN = ['content', 'reasoning_content'] as const;
const LISTS = ['tool_calls', 'annotations', 'images'] as const;

/** Whether a delta has no part of an answer: neither text nor calls, nor thinking that its provider can verify. */
export function isEmpty(delta: JsonObject): boolean {
  if (SPOKEN.some((name) => typeof delta[name] === 'string' && delta[name] !== '')) return false;
  if (LISTS.some((name) => objectsIn(delta[name]).length > 0)) return false;
  return !objectsIn(delta['thinking_blocks']).some(isSignedBlock);
}

/** Adds a chunk's reasoning, text, citations and images, in this order. */
export function addDelta(given: StreamState, delta: JsonObject, write: WriteEvent): Written {
  const thought = addThinking(addBlocks(given, delta), delta, write);
  let { state, text } = thought;
  const { content } = delta;
  const speaks = typeof content === 'string' && content !== '';
  if (speaks || objectsIn(delta['tool_calls']).length > 0) {
    const closed = closeReasoning(state, write);
    state = closed.state;
    text += closed.text;
  }
  if (speaks) {
    const opened = openMessage(state, write);
    const { sequence, text: before, reasoning, calls, answer } = opened.state;
    const place = { item_id: messageId(opened.state), output_index: answer.messageIndex, content_index: 0 };
    text += opened.text + write('response.output_text.delta', { ...place, delta: content });
    state = { sequence: sequence + 1, text: before + content, reasoning, calls, answer };
  }
  const cited = addCitations(state, delta, write);
  const images = objectsIn(delta['images']);
  const next = images.length === 0 ? cited.state : withAnswer(cited.state, { images: [...cited.state.answer.images, ...images] });
  return { state: next, text: text + cited.text };
}

function addThinking(given: StreamState, delta: JsonObject, write: WriteEvent): Written {
  const { reasoning_content: thought } = delta;
  const speaks = typeof thought === 'string' && thought !== '';
  if (!speaks && !objectsIn(delta['thinking_blocks']).some(isSignedBlock)) return { state: given, text: '' };
  const opened = openReasoning(given, write);
  if (!speaks) return opened;
  const { sequence, text, reasoning, calls, answer } = opened.state;
  const place = { item_id: reasoningId(opened.state), output_index: answer.reasoningIndex };
  return {
    state: { sequence, text, reasoning: reasoning + thought, calls, answer },
    text: opened.text + write('response.reasoning_summary_text.delta', { ...place, delta: thought }),
  };
}

/** Collects thinking into blocks; a block is complete once it is signed. */
function addBlocks(given: StreamState, delta: JsonObject): StreamState {
  let state = given;
  for (const block of objectsIn(delta['thinking_blocks'])) {
    const { blocks, blockText } = state.answer;
    if (block['type'] === 'redacted_thinking') {
      if (isSignedBlock(block))
        state = withAnswer(state, { blocks: [...blocks, { type: 'redacted_thinking', data: block['data'] }], blockText: '' });
      continue;
    }
    const thinking = blockText + (typeof block['thinking'] === 'string' ? block['thinking'] : '');
    const isWhole = isSignedBlock(block);
    const whole = { type: 'thinking', thinking, signature: block['signature'] };
    state = withAnswer(state, isWhole ? { blocks: [...blocks, whole], blockText: '' } : { blockText: thinking });
  }
  return state;
}

function addCitations(given: StreamState, delta: JsonObject, write: WriteEvent): Written {
  const annotations = objectsIn(delta['annotations']);
  const shown = toAnnotations(annotations);
  if (annotations.length === 0) return { state: given, text: '' };
  const opened = shown.length === 0 ? { state: given, text: '' } : openMessage(given, write);
  const { answer } = opened.state;
  const before = toAnnotations(answer.annotations).length;
  const place = { item_id: messageId(opened.state), output_index: answer.messageIndex, content_index: 0 };
  const events = shown.map((annotation, index) =>
    write('response.output_text.annotation.added', { ...place, annotation_index: before + index, annotation }),
  );
  return {
    state: withAnswer(opened.state, { annotations: [...answer.annotations, ...annotations] }),
    text: opened.text + events.join(''),
  };
}
