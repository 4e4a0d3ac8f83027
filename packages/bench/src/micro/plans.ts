import { findProvider, lookupModelFacts, NO_SETTINGS, type DialectId, type Plan } from '@stagegate/core-transforms';

/** A deployment as an operator would name it: provider and model. */
export interface Target {
  readonly provider: string;
  readonly model: string;
  /** What clients call it. */
  readonly group: string;
}

/** A plan as the engine makes it for a deployment without settings of its own. */
export function toPlan(dialect: DialectId, { provider, model, group }: Target, stream: boolean): Plan {
  const row = findProvider(provider);
  if (row === undefined) throw new Error(`no provider ${provider}`);
  return {
    dialect,
    provider: row,
    model,
    modelGroup: group,
    answerModel: group,
    stream,
    apiBase: undefined,
    settings: NO_SETTINGS,
    facts: lookupModelFacts(provider, model),
  };
}
