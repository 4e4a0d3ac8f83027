import type { ProviderRow } from './provider-row.ts';

/** The row of a mocked deployment: its provider's name and address, with answers in the hub's dialect whatever the provider speaks. */
export function mockedRow({ id, errorName, baseUrl, source, date }: ProviderRow): ProviderRow {
  return {
    id,
    errorName,
    baseUrl,
    format: 'openai-chat',
    formats: { 'openai-embeddings': 'openai-embeddings' },
    keyEnv: [],
    baseEnv: [],
    auth: { kind: 'none' },
    params: { allow: [] },
    embeddings: {},
    source,
    date,
  };
}
