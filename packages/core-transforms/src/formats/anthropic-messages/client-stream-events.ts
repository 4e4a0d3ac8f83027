import type { JsonObject } from '../../contract/json.ts';
import type { Piece } from './client-stream-blocks.ts';

/** Frames one event for the messages API: its type is both the event's name and a member of the data. */
export function toEvent(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** The first event. Its usage is not known yet; the cache counts tell clients that there may be such tokens. */
export function messageStart(id: string, model: string): string {
  const usage = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const message = { id, type: 'message', role: 'assistant', content: [], model, stop_reason: null, stop_sequence: null, usage };
  return toEvent('message_start', { message });
}

/** Begins a block, always empty: its content comes in deltas, and a client that adds both up would have it twice. */
export function blockStart(index: number, piece: Piece): string {
  return toEvent('content_block_start', { index, content_block: emptyBlock(piece) });
}

/** Ends a block. */
export function blockStop(index: number): string {
  return toEvent('content_block_stop', { index });
}

/** More text. */
export function textDelta(index: number, text: string): string {
  return toDelta(index, 'text_delta', 'text', text);
}

/** More thinking. */
export function thinkingDelta(index: number, text: string): string {
  return toDelta(index, 'thinking_delta', 'thinking', text);
}

/** The proof that a block of thinking is the model's own. */
export function signatureDelta(index: number, signature: string): string {
  return toDelta(index, 'signature_delta', 'signature', signature);
}

/** More of a tool use's arguments, JSON text in pieces. */
export function jsonDelta(index: number, text: string): string {
  return toDelta(index, 'input_json_delta', 'partial_json', text);
}

/** By far the most frequent event: assembled by hand, so that only its text needs encoding. */
function toDelta(index: number, type: string, member: string, text: string): string {
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"${type}","${member}":${JSON.stringify(text)}}}\n\n`;
}

function emptyBlock(piece: Piece): JsonObject {
  if (piece.kind === 'text') return { type: 'text', text: '' };
  if (piece.kind === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  const fields = piece.signature === undefined ? {} : { provider_specific_fields: { signature: piece.signature } };
  return { type: 'tool_use', id: piece.id, name: piece.name, input: {}, ...fields };
}
