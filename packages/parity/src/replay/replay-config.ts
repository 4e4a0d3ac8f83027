import type { ConfiguredDeployment, LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import type { CallRecord } from '@stagegate/gateway-engine/record';
import { CREDENTIAL } from './sent-request.ts';

/** A configuration for replays: no key lets in or keeps out, and no deployment has one of its own. */
export function toReplayConfig(config: LoadedConfig): LoadedConfig {
  const { masterKey, saltKey = masterKey, ...rest } = config;
  return {
    ...rest,
    masterKey: undefined,
    // Ids of responses are signed with it, so that they come out as they were recorded.
    ...(saltKey !== undefined && { saltKey }),
    deployments: config.deployments.map(withoutKey),
  };
}

function withoutKey<One extends Deployment>(deployment: One): One {
  const { forModel } = deployment;
  return {
    ...deployment,
    apiKey: CREDENTIAL,
    ...(forModel !== undefined && {
      forModel: (model: string) => {
        const made = forModel(model);
        return made && withoutKey(made);
      },
    }),
  };
}

/**
 * Which deployments a record's call may go to: those it went to, where its group has others too; the router would throw its dice
 * anew. Empty: no need to choose.
 */
export function narrowKey({ deployments }: LoadedConfig, { attempts, deployment }: CallRecord): string {
  const used = [...attempts.map((attempt) => attempt.deployment), ...(deployment === undefined ? [] : [deployment])];
  const ids = new Set(used.map(({ id }) => id));
  const groups = new Set(used.map(({ modelGroup }) => modelGroup));
  const others = deployments.some(({ id, modelGroup }) => groups.has(modelGroup) && !ids.has(id));
  const known = deployments.filter(({ id }) => ids.has(id));
  return others && known.length > 0 ? known.map(({ id }) => id).join(' ') : '';
}

/** The configuration with the groups of a key's deployments cut down to them. */
export function narrowConfig(config: LoadedConfig, key: string): LoadedConfig {
  if (key === '') return config;
  const ids = new Set(key.split(' '));
  const groups = new Set(config.deployments.filter(({ id }) => ids.has(id)).map(({ modelGroup }) => modelGroup));
  const isKept = ({ id, modelGroup }: ConfiguredDeployment): boolean => ids.has(id) || !groups.has(modelGroup);
  return { ...config, deployments: config.deployments.filter(isKept) };
}
