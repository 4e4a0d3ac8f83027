import type { TransformError } from '../errors/transform-error.ts';
import type { RawObject } from '../json/raw-object.ts';
import type { Ambient } from './ambient.ts';
import type { JsonObject } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { DialectId, Plan } from './plan.ts';
import type { OpaqueMachine } from './stream-machine.ts';
import type { ProviderAnswer } from './wire.ts';

/**
 * A dialect that clients speak, as seen from the hub (chat completions): the mirror image of ProviderFormat. Errors in the dialect's
 * envelope are written by the engine, as most of them never come near core.
 */
export interface ClientDialect {
  readonly id: DialectId;
  /** The client's body → a chat request. */
  readonly request: (body: RawObject, plan: Plan, ambient: Ambient) => Outcome<JsonObject>;
  /**
   * A chat completion → the client's answer. `request` is the client's body: what was renamed on the way to the provider gets its name
   * back.
   */
  readonly response: (chat: JsonObject, plan: Plan, ambient: Ambient, request: JsonObject) => Outcome<JsonObject>;
  /** Chat completion chunks → text for the client in the dialect's framing, terminator included. */
  readonly stream: (plan: Plan, request: JsonObject) => OpaqueMachine<JsonObject, string>;
  /** See CallTransform. */
  readonly dropsTier?: true;
  /**
   * If present, it reads a provider's refusal (status ≥ 400) instead of the provider's format: on some routes the reference classifies all
   * providers' errors alike.
   */
  readonly error?: (answer: ProviderAnswer, plan: Plan) => TransformError;
}
