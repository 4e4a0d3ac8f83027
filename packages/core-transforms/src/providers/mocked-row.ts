import type { ProviderRow } from './provider-row.ts';

/** A provider whose deployment is mocked: its name and home as they are, its answers in the hub's dialect, whatever it speaks itself. */
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
