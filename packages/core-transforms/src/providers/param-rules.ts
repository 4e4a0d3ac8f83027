import type { JsonObject, JsonValue } from '../contract/json.ts';

/** A test on a model and where it is called. Every member that is given must hold; an empty one always holds. */
export interface ModelCondition {
  /** The model's name, without the provider, matches. */
  readonly name?: RegExp;
  /** The facts say so (`reasoning`, `function_calling` …, without `supports_`). */
  readonly supports?: string;
  /** The facts do not say so: false, absent, or the model is unknown. */
  readonly lacks?: string;
  /** The facts say no outright. */
  readonly refuses?: string;
  /** Whether the facts know the model at all. */
  readonly known?: boolean;
  /** The base URL matches. */
  readonly base?: RegExp;
  /** An option of the deployment matches, or its default. */
  readonly option?: { readonly name: string; readonly matches: RegExp };
  /** Holds when this one does not. */
  readonly not?: ModelCondition;
}

/** Which chat parameters a provider takes. Everything here is data that `params/` interprets, in the order of the members. */
export interface ParamRules {
  /** OpenAI parameters that pass. Others are refused with a 400, or dropped under `drop_params`. */
  readonly allow: readonly string[];
  /** What some models take more, or less; later entries win. */
  readonly adjust?: readonly ParamAdjustment[];
  /** Accepted without a word and never sent. */
  readonly drop?: readonly string[];
  /** What becomes of single values; the first rule whose `when` holds is applied, per parameter. */
  readonly values?: readonly ParamValueRule[];
  /** Old name → new name. When both are there the value under the old name is sent. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Body members that every request carries, unless the client set them. */
  readonly set?: JsonObject;
}

/** What models that meet a condition take otherwise. */
export interface ParamAdjustment {
  readonly when: ModelCondition;
  /** Nothing but these. */
  readonly only?: readonly string[];
  readonly allow?: readonly string[];
  readonly refuse?: readonly string[];
}

/** One parameter's value: exactly one of `replace`, `clamp`, `only`, `except`, `pick` or `as`. */
export interface ParamValueRule {
  readonly param: string;
  readonly when?: ModelCondition;
  /** A string value → another (`required` → `any`). A value that is not listed stays. */
  readonly replace?: Readonly<Record<string, JsonValue>>;
  /** A number is brought within the bounds. */
  readonly clamp?: { readonly min?: number; readonly max?: number };
  /** Other values are refused, or dropped under `drop_params`. `{model}` and `{value}` are filled in. */
  readonly only?: { readonly values: readonly JsonValue[]; readonly message: string };
  /** These values are refused, in the same way. Without `values` all are. */
  readonly except?: { readonly values?: readonly JsonValue[]; readonly message: string };
  /** Of an object, only these members are sent. */
  readonly pick?: readonly string[];
  /** Sent under this name; it gives way when the client set that one too. */
  readonly as?: string;
}
