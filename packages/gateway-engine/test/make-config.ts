import { NO_SETTINGS, findProvider, type ProviderRow } from '@stagegate/core-transforms';
import type { Deployment, GatewayConfig } from '../src/ports/index.ts';

/** A deployment, named by what a test cares for. */
export function deployment(more: Partial<Deployment> = {}): Deployment {
  return {
    id: 'id-1',
    modelGroup: 'group',
    underlyingModel: 'openai/gpt-4o',
    provider: providerRow('openai'),
    model: 'gpt-4o',
    apiBase: 'http://provider.test/v1',
    apiKey: 'key-of-provider',
    settings: NO_SETTINGS,
    facts: undefined,
    weight: undefined,
    rpm: undefined,
    tpm: undefined,
    timeoutSeconds: undefined,
    streamTimeoutSeconds: undefined,
    ...more,
  };
}

/** A configuration with one master key. */
export function config(more: Partial<GatewayConfig> = {}): GatewayConfig {
  return {
    deployments: [deployment()],
    modelGroupAliases: new Map(),
    masterKey: 'sk-master-of-tests',
    keyHeaderName: undefined,
    bodyBytesMax: 1_048_576,
    allowClientSideCredentials: false,
    requestTimeoutSeconds: 6000,
    ...more,
  };
}

/** A row of the registry. Throws for one that is not there. */
export function providerRow(id: string): ProviderRow {
  const row = findProvider(id);
  if (row === undefined) throw new Error(`no provider row ${id}`);
  return row;
}
