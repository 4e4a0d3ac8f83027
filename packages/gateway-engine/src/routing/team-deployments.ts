import type { Deployment } from '../ports/index.ts';

/** A team's deployment under the team's own name for it; empty where it has none. */
export function underPublicName(deployment: Deployment): readonly Deployment[] {
  const { team, forModel } = deployment;
  const modelGroup = team?.publicName;
  if (modelGroup === undefined) return [];
  const renamed = { ...deployment, modelGroup };
  if (forModel === undefined) return [renamed];
  return [{ ...renamed, forModel: (underlyingModel) => withGroup(forModel(underlyingModel), modelGroup) }];
}

function withGroup(deployment: Deployment | undefined, modelGroup: string): Deployment | undefined {
  return deployment === undefined ? undefined : { ...deployment, modelGroup };
}

/**
 * What a team finds by name: its own deployments, by its names for them and by their groups, and everybody's. A name of its own hides
 * everybody's group of that name.
 */
export function ofTeam(own: readonly Deployment[], shared: readonly Deployment[]): readonly Deployment[] {
  const renamed = own.flatMap(underPublicName);
  const names = new Set(renamed.map(({ modelGroup }) => modelGroup));
  return [...[...shared, ...own].filter(({ modelGroup }) => !names.has(modelGroup)), ...renamed];
}

/** The proxy's admin may ask for any team's deployments, but not for those of several teams at once. */
export function ofOneTeam(deployments: readonly Deployment[]): readonly Deployment[] {
  return new Set(deployments.map(({ team }) => team?.id)).size > 1 ? [] : deployments;
}

/** The deployments that a list of models shows to a caller: everybody's and his team's, without blocked ones. */
export function shownTo(deployments: readonly Deployment[], teamId: string | undefined): readonly Deployment[] {
  if (deployments.every(({ team, blocked }) => team === undefined && blocked !== true)) return deployments;
  const able = deployments.filter(({ blocked }) => blocked !== true);
  const own = teamId === undefined ? [] : able.filter(({ team }) => team?.id === teamId);
  return ofTeam(
    own,
    able.filter(({ team }) => team === undefined),
  );
}
