import type { CallTransform, Plan } from '@stagegate/core-transforms';
import { done, stop, type Staged } from '../../errors/index.ts';
import type { Deployment } from '../../ports/index.ts';
import { chooseDeployment } from '../../routing/index.ts';
import type { CallRoute } from '../../routes/index.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { ParsedCall } from './parse.ts';

/** Where one call goes: the deployment, what a transform must know of it, and the transform. */
export interface PlannedCall {
  readonly deployment: Deployment;
  readonly plan: Plan;
  readonly transform: CallTransform;
}

/** Plans depend on nothing but these, so each is made once. A deployment of a wildcard is new for every call and is not kept. */
type PlanCache = WeakMap<Deployment, Map<string, PlannedCall>>;

const PLANS_PER_DEPLOYMENT_MAX = 64;

const caches = new WeakMap<EngineParts, PlanCache>();

/** Finds the deployments of the model that was asked for, chooses one, and the transform between both ends. */
export function plan(engine: EngineParts, route: CallRoute, call: ParsedCall): Staged<PlannedCall> {
  const { model } = call;
  const deployments = model === undefined ? [] : engine.findDeployments(model);
  const missing = route.requiredUnlessSet.find((name) => isMissing(name, call, deployments));
  if (missing !== undefined) return stop({ kind: 'missing-member', route: route.referenceName, name: missing });
  const deployment = chooseDeployment(deployments, deployments.length > 1 ? engine.ids.random() : 0);
  if (deployment === undefined) return stop({ kind: 'unknown-model', route: route.referenceName, model });
  const answerModel = call.modelFromPath ? undefined : model;
  const cache = cacheOf(engine, deployment);
  const key = `${route.dialect} ${call.stream} ${answerModel ?? ''}`;
  const known = cache.get(key);
  if (known !== undefined) return done(known);
  return make(engine, route, deployment, answerModel, call.stream, (made) => {
    if (cache.size < PLANS_PER_DEPLOYMENT_MAX) cache.set(key, made);
  });
}

function make(
  engine: EngineParts,
  route: CallRoute,
  deployment: Deployment,
  answerModel: string | undefined,
  stream: boolean,
  keep: (made: PlannedCall) => void,
): Staged<PlannedCall> {
  const { provider, model, modelGroup, apiBase, settings, facts } = deployment;
  const made: Plan = { dialect: route.dialect, provider, model, modelGroup, answerModel, stream, apiBase, settings, facts };
  const chosen = engine.transforms(made);
  if (!chosen.ok) return stop({ kind: 'transform', error: chosen.error, modelGroup });
  const planned = { deployment, plan: made, transform: chosen.value };
  keep(planned);
  return done(planned);
}

function cacheOf(engine: EngineParts, deployment: Deployment): Map<string, PlannedCall> {
  let perEngine = caches.get(engine);
  if (perEngine === undefined) caches.set(engine, (perEngine = new WeakMap()));
  let plans = perEngine.get(deployment);
  if (plans === undefined) perEngine.set(deployment, (plans = new Map()));
  return plans;
}

function isMissing(name: string, { body }: ParsedCall, deployments: readonly Deployment[]): boolean {
  if (Object.hasOwn(body.value, name)) return false;
  return !deployments.some((deployment) => deployment.settings.defaults[name] !== undefined);
}
