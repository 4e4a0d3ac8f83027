import { COHERE_CHAT } from '../cohere-rules.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `cohere_chat`: Cohere's chat. */
export const cohereChatRow: ProviderRow = { ...COHERE_CHAT, id: 'cohere_chat', errorName: 'Cohere_chatException' };
