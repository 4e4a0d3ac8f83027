import type { Ambient } from '../src/contract/ambient.ts';
import { NO_SETTINGS, type DeploymentSettings, type Plan } from '../src/contract/plan.ts';
import { lookupModelFacts } from '../src/facts/model-facts.ts';
import { findProvider } from '../src/providers/registry.ts';

/** A call's ambient that no test depends on. */
export const AMBIENT: Ambient = { nowSeconds: 1_700_000_000, callId: '11111111-2222-4333-8444-555555555555' };

/** What a test may say of a plan; the rest is what a deployment without any settings has. */
export interface PlanWishes extends Partial<Omit<Plan, 'provider' | 'settings'>> {
  readonly settings?: Partial<DeploymentSettings>;
}

/** A plan for `provider/model`, with that provider's row and what the table knows of the model. */
export function makePlan(name: string, { settings, ...wishes }: PlanWishes = {}): Plan {
  const slash = name.indexOf('/');
  const [id, model] = [name.slice(0, slash), name.slice(slash + 1)];
  const provider = findProvider(id);
  if (provider === undefined) throw new Error(`no row for ${id}`);
  return {
    dialect: 'openai-chat',
    provider,
    model,
    modelGroup: 'group',
    answerModel: 'group',
    stream: false,
    apiBase: undefined,
    facts: lookupModelFacts(id, model),
    ...wishes,
    settings: { ...NO_SETTINGS, ...settings },
  };
}

/** Makes a mutation throw. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
