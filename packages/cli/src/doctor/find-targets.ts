import type { ConfiguredDeployment, LoadedConfig } from '@stagegate/gateway-engine/config';

/** Where calls go, each URL once: the providers of all deployments, and the reference behind us. */
export function findTargets({ deployments, migration }: Pick<LoadedConfig, 'deployments' | 'migration'>): readonly string[] {
  return [...new Set([...deployments.map(targetOf), migration.referenceUrl].filter((url) => url !== undefined))];
}

/** The row of a provider with a host per region has one of them. */
function targetOf({ apiBase, provider: { baseUrl, auth }, settings: { options } }: ConfiguredDeployment): string | undefined {
  const { aws_region_name: region } = options;
  if (apiBase !== undefined || auth.kind !== 'aws-sigv4' || typeof region !== 'string') return apiBase ?? baseUrl;
  return baseUrl?.replace(auth.region, region);
}
