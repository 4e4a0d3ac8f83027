import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';

/** What a new configuration changes, by names and without values: for the log. */
export interface ConfigDiff {
  /** Model groups, once per deployment. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Names of other parts. */
  readonly settings: readonly string[];
}

type Deployment = LoadedConfig['deployments'][number];

/** Compares the configuration that is served with the next one. */
export function diffConfigs(before: LoadedConfig, after: LoadedConfig): ConfigDiff {
  const old = new Map(before.deployments.map((deployment) => [deployment.id, deployment]));
  const ids = new Set(after.deployments.map(({ id }) => id));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== 'deployments' && name !== 'shown');
  const diff = {
    added: after.deployments.filter(({ id }) => !old.has(id)).map(groupOf),
    removed: before.deployments.filter(({ id }) => !ids.has(id)).map(groupOf),
    changed: after.deployments.filter((deployment) => differs(old.get(deployment.id), deployment)).map(groupOf),
    settings: names.filter((name) => !isDeepStrictEqual(Reflect.get(before, name), Reflect.get(after, name))),
  };
  // What is shown follows everything else. A change of it alone is a setting without an effect.
  return isSame(diff) && !isDeepStrictEqual(before.shown, after.shown) ? { ...diff, settings: ['shown'] } : diff;
}

/** Whether anything differs. */
export function isSame({ added, removed, changed, settings }: ConfigDiff): boolean {
  return [added, removed, changed, settings].every((names) => names.length === 0);
}

function groupOf({ modelGroup }: Deployment): string {
  return modelGroup;
}

/** Rows with stars hold a function, which is made of the rest. */
function differs(before: Deployment | undefined, after: Deployment): boolean {
  return before !== undefined && !isDeepStrictEqual({ ...before, forModel: undefined }, { ...after, forModel: undefined });
}
