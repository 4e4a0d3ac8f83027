import { isWholeJson } from './client-arguments.ts';
import { blockStart, blockStop, jsonDelta, signatureDelta, textDelta, thinkingDelta } from './client-stream-events.ts';

/** Something a chunk adds to one content block. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string; readonly signature: string }
  /** `key` distinguishes the tool calls of an answer; `id`, `name` and `signature` come from the call's first piece. */
  | {
      readonly kind: 'tool';
      readonly key: number;
      readonly id: string;
      readonly name: string;
      readonly text: string;
      /** Signs the thought that led to the call; absent if the provider does not sign it. */
      readonly signature?: string;
    };

/**
 * The block that is being written. `text` is what has been sent of it: for a tool use all arguments so far, else only enough to tell
 * whether there was any.
 */
export interface OpenBlock {
  readonly kind: Piece['kind'];
  readonly key: number;
  readonly text: string;
}

/** How far the content has been written. */
export interface Blocks {
  /** Blocks begun so far, including the open one. */
  readonly count: number;
  readonly open: OpenBlock | null;
  /** Pieces of later blocks, one entry per block, which wait until the open tool use is complete. */
  readonly waiting: readonly Piece[];
}

/** Before the first block. */
export const NO_BLOCKS: Blocks = { count: 0, open: null, waiting: [] };

/** The blocks after a step, and the text of the events it emits. */
export interface Written {
  readonly blocks: Blocks;
  readonly text: string;
}

/**
 * Adds a piece. The messages API writes one block after the other, but chat interleaves the arguments of parallel tool calls: pieces of a
 * later block wait until the arguments of the open one are complete.
 */
export function addPiece(blocks: Blocks, piece: Piece): Written {
  const { open, waiting } = blocks;
  if (open === null) return begin(blocks, piece);
  if (continues(open, piece)) {
    const written = append(blocks, open, piece);
    return waiting.length === 0 ? written : releaseWhole(written);
  }
  if (waiting.length > 0 || !isWhole(open)) return { blocks: { count: blocks.count, open, waiting: enqueue(waiting, piece) }, text: '' };
  return begin(blocks, piece);
}

/** Ends every block, the waiting ones written out. */
export function closeBlocks(blocks: Blocks): Written {
  let { count } = blocks;
  let text = blocks.open === null ? '' : blockStop(count - 1);
  for (const piece of blocks.waiting) {
    text += blockStart(count, piece) + deltas(count, piece, '') + blockStop(count);
    count += 1;
  }
  return { blocks: { count, open: null, waiting: [] }, text };
}

function begin({ count, open, waiting }: Blocks, piece: Piece): Written {
  const stop = open === null ? '' : blockStop(count - 1);
  const opened: OpenBlock = { kind: piece.kind, key: keyOf(piece), text: piece.text };
  return { blocks: { count: count + 1, open: opened, waiting }, text: stop + blockStart(count, piece) + deltas(count, piece, '') };
}

function append(blocks: Blocks, open: OpenBlock, piece: Piece): Written {
  const text = deltas(blocks.count - 1, piece, open.text);
  if (piece.kind !== 'tool' && (open.text !== '' || piece.text === '')) return { blocks, text };
  const grown: OpenBlock = { kind: open.kind, key: open.key, text: open.text + piece.text };
  return { blocks: { count: blocks.count, open: grown, waiting: blocks.waiting }, text };
}

/** Begins waiting blocks while the open one is complete. */
function releaseWhole(written: Written): Written {
  let { blocks, text } = written;
  while (blocks.open !== null && blocks.waiting.length > 0 && isWhole(blocks.open)) {
    const [piece, ...waiting] = blocks.waiting;
    if (piece === undefined) break;
    const next = begin({ count: blocks.count, open: blocks.open, waiting }, piece);
    blocks = next.blocks;
    text += next.text;
  }
  return { blocks, text };
}

function enqueue(waiting: readonly Piece[], piece: Piece): readonly Piece[] {
  const at = piece.kind === 'tool' ? waiting.findIndex((one) => one.kind === 'tool' && one.key === piece.key) : waiting.length - 1;
  const held = waiting[at];
  if (held === undefined || held.kind !== piece.kind) return [...waiting, piece];
  return waiting.with(at, merge(held, piece));
}

function merge(held: Piece, piece: Piece): Piece {
  const text = held.text + piece.text;
  return held.kind === 'thinking' && piece.kind === 'thinking'
    ? { ...held, text, signature: held.signature + piece.signature }
    : { ...held, text };
}

function deltas(index: number, piece: Piece, before: string): string {
  switch (piece.kind) {
    case 'text':
      return piece.text === '' ? '' : textDelta(index, piece.text);
    case 'tool':
      return piece.text === '' ? '' : jsonDelta(index, piece.text);
    case 'thinking': {
      // A signature comes with a snapshot of the whole thinking: text that has been sent must not be sent again.
      const isSnapshot = piece.signature !== '' && before !== '';
      const thinking = piece.text === '' || isSnapshot ? '' : thinkingDelta(index, piece.text);
      return piece.signature === '' ? thinking : thinking + signatureDelta(index, piece.signature);
    }
  }
}

function continues(open: OpenBlock, piece: Piece): boolean {
  return open.kind === piece.kind && open.key === keyOf(piece);
}

function keyOf(piece: Piece): number {
  return piece.kind === 'tool' ? piece.key : -1;
}

function isWhole(open: OpenBlock): boolean {
  return open.kind !== 'tool' || isWholeJson(open.text);
}
