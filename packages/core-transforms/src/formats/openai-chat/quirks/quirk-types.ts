import type { JsonObject } from '../../../contract/json.ts';
import type { Outcome } from '../../../contract/outcome.ts';
import type { Plan } from '../../../contract/plan.ts';

/** The provider's body, with its parameters mapped → the body with the quirk applied, or why the call cannot be sent. */
export type RequestQuirkFunction = (body: JsonObject, plan: Plan) => Outcome<JsonObject>;

/** A whole chat completion as the provider sent it, and the chat request it answers → the completion with the quirk applied. */
export type ResponseQuirkFunction = (completion: JsonObject, chat: JsonObject, plan: Plan) => JsonObject;

/** One chunk as the provider sent it → the chunk with the quirk applied. */
export type ChunkQuirkFunction = (chunk: JsonObject, chat: JsonObject, plan: Plan) => JsonObject;
