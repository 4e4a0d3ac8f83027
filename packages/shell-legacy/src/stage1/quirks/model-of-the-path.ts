import type { JsonValue } from '@stagegate/core-transforms';

/** Which model a call is for, and which name its answer shows. */
export interface AskedModel {
  /** Undefined when the call names none. */
  readonly name: string | undefined;
  /** Undefined keeps the provider's own. */
  readonly shown: string | undefined;
}

/** A model that stands in the path wins over the body's, and then the answer keeps the provider's own name for it. */
export function askedModel(ofPath: string | undefined, ofBody: JsonValue | undefined): AskedModel {
  if (ofPath !== undefined) return { name: ofPath, shown: undefined };
  const name = typeof ofBody === 'string' ? ofBody : undefined;
  return { name, shown: name };
}
