import type { JsonValue } from '@stagegate/core-transforms';
import { shownBesidePath } from '@stagegate/gateway-engine/routing';

/** Which model a call is for, and which name its answer shows. */
export interface AskedModel {
  /** Undefined when the call names none. */
  readonly name: string | undefined;
  /** Undefined keeps the provider's own. */
  readonly shown: string | undefined;
  /** The path names it. */
  readonly ofPath?: true;
}

/** A model in the path takes precedence over the body's, which is then only a name to show. */
export function askedModel(ofPath: string | undefined, ofBody: JsonValue | undefined, stream: boolean): AskedModel {
  const name = typeof ofBody === 'string' ? ofBody : undefined;
  if (ofPath === undefined) return { name, shown: name };
  return { name: ofPath, shown: shownBesidePath(ofPath, name, stream), ofPath: true };
}
