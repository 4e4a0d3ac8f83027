import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { DeploymentSettings } from '../contract/plan.ts';

/** What a call wants done with parameters that its model does not take. */
export interface ParamChoice {
  readonly dropParams: boolean;
  readonly additionalDropParams: readonly string[];
  readonly allowedOpenaiParams: readonly string[];
}

/** Reads it off the request, else the deployment: its very settings object when the request says nothing. */
export function readParamChoice(chat: JsonObject, settings: DeploymentSettings): ParamChoice {
  const { drop_params: drop, additional_drop_params: more, allowed_openai_params: allowed } = chat;
  if (drop === undefined && more === undefined && allowed === undefined) return settings;
  return {
    dropParams: readFlag(drop) ?? settings.dropParams,
    additionalDropParams: readNames(more) ?? settings.additionalDropParams,
    allowedOpenaiParams: readNames(allowed) ?? settings.allowedOpenaiParams,
  };
}

function readFlag(value: JsonValue | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  return value.toLowerCase() === 'true';
}

function readNames(value: JsonValue | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : undefined;
}
