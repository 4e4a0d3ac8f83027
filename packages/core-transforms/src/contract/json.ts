/** A JSON value as `JSON.parse` gives it. Read-only: transforms build new values and never mutate what they were given. */
export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;

/** A JSON array, read-only as every value is. */
export type JsonArray = readonly JsonValue[];

/** A JSON object. A member may be absent (`undefined`), which is not the same as null: on the way to a provider the two differ. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}
