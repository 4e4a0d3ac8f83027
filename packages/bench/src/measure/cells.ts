import type { GatewayName } from '../gateways/names.ts';
import { chatBody, KEY, MODELS } from '../upstream/payloads.ts';

/** What a gateway is asked for. */
export interface Cell {
  readonly id: 'chat' | 'stream-same' | 'stream-crossing';
  readonly title: string;
  readonly body: string;
  readonly endMark: string;
  /** Where the yardstick meets the same provider stream; it relays whatever path it is called by. */
  readonly relayPath: string;
}

const CHAT_PATH = '/v1/chat/completions';

/** The three kinds of call, in the order they are driven. */
export const CELLS: readonly Cell[] = [
  { id: 'chat', title: 'chat, 1.1 KB, whole answer', body: chatBody(MODELS.same, false), endMark: '}', relayPath: CHAT_PATH },
  {
    id: 'stream-same',
    title: 'stream of 32 events, openai → openai',
    body: chatBody(MODELS.same, true),
    endMark: '[DONE]',
    relayPath: CHAT_PATH,
  },
  {
    id: 'stream-crossing',
    title: 'stream of 32 events, chat → anthropic',
    body: chatBody(MODELS.crossing, true),
    endMark: '[DONE]',
    relayPath: '/v1/messages',
  },
];

/** Where a cell's calls go on a gateway, and how its answers end. The two that relay bytes show the provider's own dialect. */
export function callOf(
  cell: Cell,
  gateway: GatewayName,
): { readonly path: string; readonly endMark: string; readonly authorization: string } {
  const relays = gateway === 'relay' || gateway === 'reference';
  const path = relays ? cell.relayPath : CHAT_PATH;
  return { path, endMark: path === '/v1/messages' ? 'message_stop' : cell.endMark, authorization: `Bearer ${KEY}` };
}
