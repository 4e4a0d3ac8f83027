import { chatBody, KEY, MODELS } from '../upstream/payloads.ts';

/** What a gateway is asked for. */
export interface Cell {
  readonly id: 'chat' | 'stream-same' | 'stream-crossing';
  readonly title: string;
  readonly body: string;
  readonly endMark: string;
}

const CHAT_PATH = '/v1/chat/completions';

/** The three kinds of call, in the order they are driven. */
export const CELLS: readonly Cell[] = [
  { id: 'chat', title: 'chat, 1.1 KB, whole answer', body: chatBody(MODELS.same, false), endMark: '}' },
  {
    id: 'stream-same',
    title: 'stream of 32 events, openai → openai',
    body: chatBody(MODELS.same, true),
    endMark: '[DONE]',
  },
  {
    id: 'stream-crossing',
    title: 'stream of 32 events, chat → anthropic',
    body: chatBody(MODELS.crossing, true),
    endMark: '[DONE]',
  },
];

/** How a cell's calls are sent. The yardstick, and whatever relays, passes on the events that the others give the client. */
export function callOf(cell: Cell): { readonly path: string; readonly endMark: string; readonly authorization: string } {
  return { path: CHAT_PATH, endMark: cell.endMark, authorization: `Bearer ${KEY}` };
}
