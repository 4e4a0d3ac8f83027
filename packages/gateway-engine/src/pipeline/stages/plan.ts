import type { CallTransform, DialectId, Headers, Plan } from '@stagegate/core-transforms';
import { done, stop, type Staged } from '../../errors/index.ts';
import { ANYONE, type Deployment } from '../../ports/index.ts';
import {
  dropsForAgent,
  leaveServing,
  ownerOf,
  refuseForeign,
  responseIds,
  settingsForAgent,
  withPrevious,
  type ResponseOwner,
} from '../../routing/index.ts';
import type { CallRoute } from '../../routes/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { ParsedCall } from './parse.ts';

/** Where one call goes: the deployment, what a transform must know of it, and the transform. */
export interface PlannedCall {
  readonly deployment: Deployment;
  readonly plan: Plan;
  readonly transform: CallTransform;
  /** The headers of the last request, without and with the key: core gives the very same ones for every call that says nothing of its own. */
  keyed?: { readonly from: Headers; readonly headers: Headers };
}

/**
 * Plans depend on nothing but deployment, dialect, stream, the name that was asked for, whether a coding agent asks and, of responses, their
 * owner, so each is made once. A deployment of a wildcard is a new one for every call; what is kept for it goes with it.
 */
export type KeptPlans = Partial<Record<DialectId, WeakMap<Deployment, Map<string, PlannedCall>>>>;

const PLANS_PER_DEPLOYMENT_MAX = 64;

/** The deployments of the model that was asked for. */
export function findGroup(engine: EngineParts, { route, caller }: OpenCall, call: ParsedCall): Staged<readonly Deployment[]> {
  if (call.deployments !== undefined) return done(call.deployments);
  const { model } = call;
  const found = model === undefined ? [] : engine.findDeployments(call.target ?? model, caller ?? ANYONE);
  const missing = route.requiredUnlessSet.find((name) => isMissing(name, call, found));
  if (missing !== undefined) return stop({ kind: 'missing-member', route: route.referenceName, name: missing });
  if (found.length === 0) return stop({ kind: 'unknown-model', route: route.referenceName, model });
  const serving = leaveServing(engine.config, found, call.target ?? model ?? '', caller ?? ANYONE, engine.clock);
  if (!serving.ok || !isResponses(route)) return serving;
  const previousId = call.body.value['previous_response_id'];
  const foreign = refuseForeign(previousId, caller, engine.responseSeals);
  return foreign === undefined ? done(withPrevious(serving.value, previousId, engine.responseSeals)) : stop(foreign);
}

/**
 * The plan of one attempt, and the transform between both ends.
 *
 * in: `answerModel` is the name that the answer shows; undefined: the provider's own.
 */
export function plan(
  engine: EngineParts,
  { route, raw, caller }: OpenCall,
  deployment: Deployment,
  answerModel: string | undefined,
  stream: boolean,
): Staged<PlannedCall> {
  const drops = dropsForAgent(engine.config, raw);
  const owner = caller !== undefined && isResponses(route) ? ownerOf(caller) : undefined;
  const kept = plansOf(stream ? engine.plans.streamed : engine.plans.whole, route.dialect, deployment);
  const shown = drops ? `${answerModel ?? ''}\0` : (answerModel ?? '');
  const name = owner === undefined ? shown : `${shown}\0${owner.userId}\0${owner.teamId}`;
  const known = kept.get(name);
  if (known !== undefined) return done(known);
  const { provider, model, modelGroup, apiBase, facts } = deployment;
  const settings = drops ? settingsForAgent(deployment.settings) : deployment.settings;
  const bare: Plan = { dialect: route.dialect, provider, model, modelGroup, answerModel, stream, apiBase, settings, facts };
  const made = make(engine, deployment, isResponses(route) ? withResponses(engine, bare, deployment, owner) : bare);
  if (made.ok && kept.size < PLANS_PER_DEPLOYMENT_MAX) kept.set(name, made.value);
  return made;
}

function make(engine: EngineParts, deployment: Deployment, made: Plan): Staged<PlannedCall> {
  const chosen = engine.transforms(made);
  if (!chosen.ok) return stop({ kind: 'transform', error: chosen.error, modelGroup: made.modelGroup });
  return done({ deployment, plan: made, transform: chosen.value });
}

function withResponses({ router, responseSeals }: EngineParts, plan: Plan, deployment: Deployment, owner: ResponseOwner | undefined): Plan {
  const reasoning = router.reasoningOf(deployment);
  return { ...plan, ids: responseIds(deployment, responseSeals, owner), ...(reasoning !== undefined && { reasoning }) };
}

function isResponses({ dialect }: CallRoute): boolean {
  return dialect === 'openai-responses' || dialect === 'openai-responses-stored';
}

function plansOf(kept: KeptPlans, dialect: DialectId, deployment: Deployment): Map<string, PlannedCall> {
  const plans = (kept[dialect] ??= new WeakMap()).get(deployment);
  if (plans !== undefined) return plans;
  const fresh = new Map<string, PlannedCall>();
  kept[dialect].set(deployment, fresh);
  return fresh;
}

function isMissing(name: string, { body }: ParsedCall, deployments: readonly Deployment[]): boolean {
  if (Object.hasOwn(body.value, name)) return false;
  return !deployments.some((deployment) => deployment.settings.defaults[name] !== undefined);
}
