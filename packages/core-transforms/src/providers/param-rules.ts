import type { JsonObject, JsonValue } from '../contract/json.ts';

/** A condition on a model and where it is called. All members have to hold; without members it always holds. */
export interface ModelCondition {
  /** The model's name, without the provider, matches. */
  readonly name?: RegExp;
  /** The facts have this flag (`reasoning`, `function_calling` …, without `supports_`). */
  readonly supports?: string;
  /** The facts do not have this flag: it is false, absent, or the model is unknown. */
  readonly lacks?: string;
  /** The facts say explicitly that the model does not have this flag. */
  readonly refuses?: string;
  /** Whether the facts know the model at all. */
  readonly known?: boolean;
  /** The base URL matches. */
  readonly base?: RegExp;
  /** An option of the deployment matches, or its default. */
  readonly option?: { readonly name: string; readonly matches: RegExp };
  /** Holds when this condition does not. */
  readonly not?: ModelCondition;
}

/** Which chat parameters a provider takes. Data that `params/` applies, in the order of the members. */
export interface ParamRules {
  /** OpenAI parameters that pass. Others are refused with a 400, or dropped under `drop_params`. */
  readonly allow: readonly string[];
  /** What some models take in addition, or do not take; later entries win. */
  readonly adjust?: readonly ParamAdjustment[];
  /** Accepted silently and never sent. */
  readonly drop?: readonly string[];
  /** Rules for single values: for each parameter the first one whose `when` holds is applied. */
  readonly values?: readonly ParamValueRule[];
  /** Old name → new name. When both are there the value under the old name is sent. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Body members that every request has, unless the client set them. */
  readonly set?: JsonObject;
}

/** What models that meet a condition take differently. */
export interface ParamAdjustment {
  readonly when: ModelCondition;
  /** Only these. */
  readonly only?: readonly string[];
  readonly allow?: readonly string[];
  readonly refuse?: readonly string[];
}

/** A rule for one parameter's value: exactly one of `replace`, `clamp`, `only`, `except`, `pick` or `as`. */
export interface ParamValueRule {
  readonly param: string;
  readonly when?: ModelCondition;
  /** Replaces string values (`required` → `any`). Others stay. */
  readonly replace?: Readonly<Record<string, JsonValue>>;
  /** Clamps a number. */
  readonly clamp?: { readonly min?: number; readonly max?: number };
  /** Other values are refused, or dropped under `drop_params`. `{model}` and `{value}` are filled in. */
  readonly only?: { readonly values: readonly JsonValue[]; readonly message: string };
  /** These values are refused, or dropped, likewise. Without `values` all are. */
  readonly except?: { readonly values?: readonly JsonValue[]; readonly message: string };
  /** Only these members of an object are sent. */
  readonly pick?: readonly string[];
  /** Sent under this name, unless the client set that one, too. */
  readonly as?: string;
}
