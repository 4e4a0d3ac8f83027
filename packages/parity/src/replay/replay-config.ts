import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import type { CallRecord, RecordedDeployment } from '@stagegate/gateway-engine/record';
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

/**
 * Warnings, one for each variable that is not set and holds no secret: without it lanes send something else than when the call was
 * recorded.
 */
export function wordUnset({ unset }: LoadedConfig): readonly string[] {
  return [...Map.groupBy(unset, ({ variable }) => variable)].map(([variable, [first, ...more]]) => {
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return `warning: ${variable} is not set, which the config takes ${first?.path}${others} from: calls may differ for this alone`;
  });
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
 * Which deployments a record's call may go to, and under which ids: those it went to, because the router would throw its dice anew. An
 * id may be a hash of the deployment with its key, which is not here: then the deployment is found by its group, provider and model.
 *
 * out: `own id` → `recorded id`, as text; empty when the configuration can stay as it is.
 */
export function narrowKey({ deployments }: LoadedConfig, { attempts, deployment }: CallRecord): string {
  const used = attempts.length === 0 && deployment !== undefined ? [deployment] : attempts.map((attempt) => attempt.deployment);
  const pairs = new Map<string, string>();
  let changes = false;
  for (const recorded of used) {
    if ([...pairs.values()].includes(recorded.id)) continue;
    const own = deployments.find(({ id }) => id === recorded.id) ?? deployments.find((one) => !pairs.has(one.id) && isLike(one, recorded));
    if (own === undefined) continue;
    pairs.set(own.id, recorded.id);
    changes ||= own.id !== recorded.id;
  }
  const groups = new Set(used.map(({ modelGroup }) => modelGroup));
  changes ||= pairs.size > 0 && deployments.some(({ id, modelGroup }) => groups.has(modelGroup) && !pairs.has(id));
  return changes ? JSON.stringify([...pairs]) : '';
}

function isLike({ modelGroup, provider, model }: Deployment, recorded: RecordedDeployment): boolean {
  return modelGroup === recorded.modelGroup && provider.id === recorded.provider && (model === recorded.model || model.includes('*'));
}

/** The configuration with the groups of a key's deployments cut down to them, under their recorded ids. */
export function narrowConfig(config: LoadedConfig, key: string): LoadedConfig {
  if (key === '') return config;
  const ids = new Map(JSON.parse(key) as readonly (readonly [string, string])[]);
  const groups = new Set(config.deployments.filter(({ id }) => ids.has(id)).map(({ modelGroup }) => modelGroup));
  const deployments = config.deployments.flatMap((deployment) => {
    const recorded = ids.get(deployment.id);
    if (recorded !== undefined) return [withId(deployment, recorded)];
    return groups.has(deployment.modelGroup) ? [] : [deployment];
  });
  return { ...config, deployments };
}

function withId<One extends Deployment>(deployment: One, id: string): One {
  const { forModel } = deployment;
  return {
    ...deployment,
    id,
    ...(forModel !== undefined && {
      forModel: (model: string) => {
        const made = forModel(model);
        return made && withId(made, id);
      },
    }),
  };
}
