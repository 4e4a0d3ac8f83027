import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { DeploymentSettings } from '../contract/plan.ts';

/** What one call wants done with parameters that its model does not take. */
export interface ParamChoice {
  readonly dropParams: boolean;
  readonly additionalDropParams: readonly string[];
  readonly allowedOpenaiParams: readonly string[];
}

const CHOOSING = ['drop_params', 'additional_drop_params', 'allowed_openai_params'];

/** Reads it off the request; what the request does not say, the deployment says: its very settings, when it says nothing. */
export function readParamChoice(chat: JsonObject, settings: DeploymentSettings): ParamChoice {
  if (!CHOOSING.some((name) => Object.hasOwn(chat, name))) return settings;
  return {
    dropParams: readFlag(chat['drop_params']) ?? settings.dropParams,
    additionalDropParams: readNames(chat['additional_drop_params']) ?? settings.additionalDropParams,
    allowedOpenaiParams: readNames(chat['allowed_openai_params']) ?? settings.allowedOpenaiParams,
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
