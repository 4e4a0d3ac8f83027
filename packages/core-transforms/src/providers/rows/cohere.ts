import { COHERE_CHAT } from '../cohere-rules.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `cohere`: Cohere's chat. */
export const cohereRow: ProviderRow = { ...COHERE_CHAT, id: 'cohere', errorName: 'CohereException' };
