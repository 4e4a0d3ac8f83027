import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { FormatId } from '../contract/plan.ts';
import type { AuthPlacement, Headers } from '../contract/wire.ts';

/** One provider as data. A new OpenAI-compatible provider is one row and four vectors; code is for formats. */
export interface ProviderRow {
  /** As it stands before the slash in `litellm_params.model`. */
  readonly id: string;
  /** As the reference names it in error messages (`OpenAIException`, `AnthropicException`). */
  readonly errorName: string;
  readonly format: FormatId;
  /** Where it lives when neither deployment nor environment says otherwise; undefined when there is no public endpoint. */
  readonly baseUrl: string | undefined;
  /** Environment variables that may hold the key, first found wins. */
  readonly keyEnv: readonly string[];
  /** Environment variables that may hold the base URL. */
  readonly baseEnv: readonly string[];
  readonly auth: AuthPlacement;
  /** Put at the end of a base URL that does not end so (`/v1`). */
  readonly baseEnding?: string;
  /** What follows the base URL, with its slash; absent means the format's own (`/chat/completions`). */
  readonly path?: string;
  /** Headers that every request carries, lower-case names. */
  readonly headers?: Headers;
  /** Put before a model name that has no slash (`accounts/fireworks/models/`). */
  readonly modelPrefix?: string;
  /** Chat parameters: what may pass, what is renamed. See params/. */
  readonly params: ParamRules;
  /** Where the provider's chat differs from OpenAI's; only formats of the OpenAI family read it. */
  readonly chat?: ChatRules;
  /** How the provider's errors are worded and classed; absent means OpenAI's own way. */
  readonly errors?: ErrorRules;
  /** Page the row was written from, and when (YYYY-MM-DD). */
  readonly source: string;
  readonly date: string;
}

/** A test on a model. Every member that is given must hold; an empty one always holds. */
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
  /** Old name → new name. The old one gives way when both are there. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Body members that every request carries, unless the client set them. */
  readonly set?: JsonObject;
}

export interface ParamAdjustment {
  readonly when: ModelCondition;
  readonly allow?: readonly string[];
  readonly refuse?: readonly string[];
}

/** One parameter's value: exactly one of `replace`, `clamp`, `only` or `pick`. */
export interface ParamValueRule {
  readonly param: string;
  readonly when?: ModelCondition;
  /** A string value → another (`required` → `any`). A value that is not listed stays. */
  readonly replace?: Readonly<Record<string, JsonValue>>;
  /** A number is brought within the bounds. */
  readonly clamp?: { readonly min?: number; readonly max?: number };
  /** Other values are refused, or dropped under `drop_params`. `{model}` and `{value}` are filled in. */
  readonly only?: { readonly values: readonly JsonValue[]; readonly message: string };
  /** Of an object, only these members are sent. */
  readonly pick?: readonly string[];
}

/** Where a provider of the OpenAI family differs in its bodies. Quirks are named here and coded once, in `formats/openai-chat/quirks/`. */
export interface ChatRules {
  /** `stream: false` is sent too; absent means that only `true` is. */
  readonly sendsStreamFalse?: boolean;
  /** Whether a stream asks for usage when the client did not; absent means yes. `never` also takes the client's own away. */
  readonly streamUsage?: 'always' | 'as-asked' | 'never';
  /** Applied to the request body in this order, after the parameters. */
  readonly request?: readonly RequestQuirk[];
  /** Applied to a whole answer in this order. */
  readonly response?: readonly ResponseQuirk[];
  /** Applied to each chunk of a stream in this order. */
  readonly chunk?: readonly ChunkQuirk[];
  /** A call with one of these parameters cannot be streamed: it is asked for whole, and the client's stream made from the answer. */
  readonly wholeWith?: readonly string[];
  /** What `thinking-by-prompt` tells the model. */
  readonly thinkingPrompt?: string;
}

/** A quirk, and the models it holds for. */
export interface Quirk<Name extends string> {
  readonly name: Name;
  readonly when?: ModelCondition;
}

export type RequestQuirk = RequestQuirkName | Quirk<RequestQuirkName>;
export type ResponseQuirk = ResponseQuirkName | Quirk<ResponseQuirkName>;
export type ChunkQuirk = ChunkQuirkName | Quirk<ChunkQuirkName>;

/** Add a name here and its function in `formats/openai-chat/quirks/request-quirks.ts`. */
export type RequestQuirkName =
  /** `role: system` → `user`. */
  | 'system-as-user'
  /** `role: developer` → `system`. */
  | 'developer-as-system'
  /** Lists of parts → their text, in a call that has nothing but text parts. */
  | 'flatten-text-content'
  /** Lists of parts → their text, in a call that has no images and no files. */
  | 'flatten-unless-files'
  /** Lists of parts → their text; other parts are lost. */
  | 'content-as-text'
  /** As `content-as-text`, but a user's text and images stay parts. */
  | 'content-as-text-unless-images'
  /** A list that is one plain text part → its text. */
  | 'single-text-part-as-text'
  /** A tool's result is a string: its one text part, else its parts as JSON. */
  | 'tool-content-as-string'
  /** Assistant content: text joined by line breaks, `tool_use` parts as tool calls, no `reasoning_content` but text. */
  | 'plain-assistant-content'
  /** `cache_control` leaves messages, their parts, and tools. */
  | 'drop-cache-control'
  /** `cache_control` of a message moves to its last part. */
  | 'cache-control-on-last-part'
  /** `thinking_blocks` leaves messages. */
  | 'drop-thinking-blocks'
  /** `reasoning_content` leaves messages. */
  | 'drop-reasoning-content'
  /** `provider_specific_fields` leaves messages. */
  | 'drop-provider-fields'
  /** Null members leave messages. */
  | 'drop-null-members'
  /** Empty text leaves content; assistant messages that say and call nothing leave the call. */
  | 'drop-empty-content'
  /** Assistant messages with nothing in them leave the call. */
  | 'drop-empty-assistant-messages'
  /** `name` leaves messages of other roles. */
  | 'names-on-users-only'
  /** `name` leaves messages of other roles; an empty one leaves too. */
  | 'names-on-tools-only'
  /** Tool calls keep `id`, `type` and `function`. */
  | 'bare-tool-calls'
  /** A file part is its `file_id`. */
  | 'file-ids-on-parts'
  /** A file part that is a video → `video_url`. */
  | 'video-files-as-urls'
  /** File parts are refused with a 400. */
  | 'refuse-file-parts'
  /** Image parts are refused with a 400. */
  | 'refuse-image-parts'
  /** `tool_choice: required` → a message that asks for it. */
  | 'ask-for-tool-in-words'
  /** `additionalProperties: false` leaves the tools' schemas. */
  | 'loosen-tool-schemas'
  /** `$id` and `$schema` leave the tools' schemas. */
  | 'drop-schema-references'
  /** `strict` leaves tools and their functions. */
  | 'drop-tool-strict'
  /** Tools that are no functions leave the call. */
  | 'function-tools-only'
  /** Custom tools → functions. */
  | 'custom-tools-as-functions'
  /** A `json_schema` response format becomes a forced tool; the answer's tool call becomes content again. */
  | 'json-schema-as-tool'
  /** Beside other tools a `json_schema` response format becomes one more tool. */
  | 'json-schema-beside-tools-as-tool'
  /** A response format `{ type: json_schema, schema }` gets its `json_schema` wrapper. */
  | 'wrap-bare-json-schema'
  /** `web_search_options` → a `browser_search` tool. */
  | 'web-search-as-browser-tool'
  /** `reasoning_effort` → `thinking: { type }`, which wins when it is there. */
  | 'effort-as-thinking-switch'
  /** `reasoning_effort` as an object or a boolean → a word. */
  | 'effort-as-word'
  /** `reasoning_effort: none` → `reasoning: { enabled: false }`, else one of low, medium, high or a declared one. */
  | 'effort-or-switch'
  /** As `effort-or-switch`, for models that know high and max alone. */
  | 'effort-high-or-max'
  /** `reasoning_effort` → the nearest one that the model declares. */
  | 'nearest-effort'
  /** `thinking` with a budget → `reasoning_effort`. */
  | 'thinking-as-effort'
  /** `reasoning_effort` or `thinking` → the row's `thinkingPrompt`. */
  | 'thinking-by-prompt'
  /** While `thinking` is on, assistant messages get a `reasoning_content`. */
  | 'fill-reasoning-while-thinking'
  /** Assistant messages with tool calls get a `reasoning_content`. */
  | 'fill-reasoning-of-tool-calls'
  /** `thinking` and `reasoning_effort` are refused together. */
  | 'thinking-or-effort'
  /** `web_search_options` is served by another API of the provider: declined. */
  | 'decline-web-search';

/** Add a name here and its function in `formats/openai-chat/quirks/response-quirks.ts`. */
export type ResponseQuirkName =
  /** The call of the forced tool of `json-schema-as-tool` becomes content; the finish reason stays. */
  | 'schema-call-as-content'
  /** The call of the forced tool of `json-schema-as-tool` becomes the whole answer, which ends in `stop`. */
  | 'schema-call-as-answer'
  /** Content as a list of parts → text and `reasoning_content`. */
  | 'content-parts-as-text'
  /** Empty content → null. */
  | 'empty-content-as-null'
  /** Content that is a call of one of the request's tools, as JSON → a tool call. */
  | 'content-as-tool-call'
  /** An empty finish reason beside tool calls → `tool_calls`. */
  | 'tool-calls-end-in-tool-calls'
  /** A `service_tier` that OpenAI does not know → `auto`. */
  | 'known-service-tier'
  /** `executed_tools` → counts in usage. */
  | 'count-browser-tools'
  /** `citations` and `search_results` → annotations and usage. */
  | 'citations-as-annotations'
  /** Reasoning tokens counted beside completion tokens → among them. */
  | 'fold-reasoning-tokens';

/** Add a name here and its function in `formats/openai-chat/quirks/chunk-quirks.ts`. */
export type ChunkQuirkName =
  /** `delta.reasoning` → `delta.reasoning_content`. */
  | 'reasoning-as-reasoning-content'
  /** Content as a list of parts → text and `reasoning_content`. */
  | 'content-parts-as-text'
  /** Reasoning tokens counted beside completion tokens → among them. */
  | 'fold-reasoning-tokens';

/** How a provider's errors reach the client. */
export interface ErrorRules {
  /** What of the provider's body the message shows: its own sentence, or the body as it came. */
  readonly shows: 'sentence' | 'whole-body';
  /** By the status the provider sent, where the format's own table does not hold. */
  readonly byStatus?: Readonly<Record<number, ErrorRemap>>;
  /** Words in the body that mean: the prompt is too long for the model. Lower case. */
  readonly contextWindow?: readonly string[];
  /** Words in the body that mean: refused for its content. Lower case. */
  readonly contentPolicy?: readonly string[];
}

/** What the client sees instead; an absent member stays as the table has it. */
export interface ErrorRemap {
  readonly status?: number;
  /** `litellm.<this>: …` */
  readonly className?: string;
  readonly type?: string;
}
