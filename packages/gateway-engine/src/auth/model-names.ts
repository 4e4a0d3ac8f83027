import { resolveProvider } from '../config/resolve-provider.ts';
import type { GatewayConfig } from '../ports/index.ts';
import type { Asker, FindDeployments } from '../routing/index.ts';

/** What the configuration says of model names and who may use them. */
export interface ModelNames {
  /** Every group that clients can ask for. */
  readonly groups: readonly string[];
  /** The `model_info.access_groups` of a name's deployments, as far as they belong to that team or to none. */
  readonly accessGroupsOf: (model: string, teamId: string | undefined) => readonly string[];
  /** Every access group of the configuration. */
  readonly accessGroups: ReadonlySet<string>;
  /** Whether all deployments that serve a name to a caller are free. */
  readonly isFree: (model: string, asker: Asker) => boolean;
  /** The group that a router's alias stands for. */
  readonly aliasTarget: (model: string) => string | undefined;
  /** `openai/gpt-4o` for the bare name `gpt-4o`, where the name tells the provider: lists like `openai/*` hold it, too. */
  readonly withProvider: (model: string) => string | undefined;
}

const NONE: readonly string[] = [];

/** Compiles the names. Where no deployment has access groups, no call looks for them. */
export function compileModelNames(config: GatewayConfig, findDeployments: FindDeployments): ModelNames {
  const accessGroups = new Set(config.deployments.flatMap((deployment) => deployment.accessGroups ?? NONE));
  const anyFree = config.deployments.some(({ free }) => free === true);
  return {
    accessGroups,
    groups: [...new Set(config.deployments.flatMap(({ modelGroup, team }) => [modelGroup, team?.publicName ?? modelGroup]))],
    accessGroupsOf: (model, teamId) =>
      accessGroups.size > 0
        ? findDeployments(model, { teamId, role: undefined }).flatMap((deployment) => deployment.accessGroups ?? NONE)
        : NONE,
    isFree: (model, asker) => {
      const serving = anyFree ? findDeployments(model, asker) : [];
      return serving.length > 0 && serving.every(({ free }) => free === true);
    },
    aliasTarget: (model) => config.modelGroupAliases.get(model),
    withProvider: (model) => {
      const resolved = model.includes('/') ? undefined : resolveProvider(model, undefined, undefined);
      return resolved === undefined ? undefined : `${resolved.providerId}/${resolved.model}`;
    },
  };
}
