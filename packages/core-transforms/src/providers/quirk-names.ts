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
  /** As `content-as-text`, but a message of any role keeps its parts if it has images or audio. */
  | 'content-as-text-unless-media'
  /** A list that is one plain text part → its text. */
  | 'single-text-part-as-text'
  /** A tool's result is a string: its one text part, else its parts as JSON. */
  | 'tool-content-as-string'
  /** A tool's result that is no JSON becomes the `result` of an object, as JSON. */
  | 'tool-results-as-json'
  /** Assistant content: text joined by line breaks, `tool_use` parts as tool calls, no `reasoning_content` but text. */
  | 'plain-assistant-content'
  /** `cache_control` leaves messages, their parts, and tools. */
  | 'drop-cache-control'
  /** `cache_control` leaves messages and their parts; tools keep theirs. */
  | 'drop-message-cache-control'
  /** `cache_control` of a message moves to its last part; a message without content gets an empty one. */
  | 'cache-control-on-last-part'
  /** The same, but a message without content keeps it. */
  | 'cache-control-on-said-part'
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
  /** Messages with nothing in them leave the call; a tool's result stays. */
  | 'drop-empty-messages'
  /** `name` leaves messages of other roles. */
  | 'names-on-users-only'
  /** `name` leaves messages of other roles; an empty one leaves too. */
  | 'names-on-tools-only'
  /** Nor do tool calls keep what other providers said of them, or marks for a cache. */
  | 'drop-provider-fields-of-calls'
  /** Tool calls keep `id`, `type` and `function`. */
  | 'bare-tool-calls'
  /** A file part is its `file_id`. */
  | 'file-ids-on-parts'
  /** A file part that is a video → `video_url`. */
  | 'video-files-as-urls'
  /** Images of tool results → a user's message, where a quirk has to see them before (`keepsToolImages`). */
  | 'tool-images-to-user'
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
  /** References into `definitions` are resolved in the tools' schemas; those into `$defs` stay. */
  | 'inline-legacy-definitions'
  /** Regular expressions that Python does not know leave the tools' schemas. */
  | 'known-patterns-only'
  /** Combinators at the top of the tools' schemas are merged. */
  | 'flat-tool-schemas'
  /** As `flat-tool-schemas`, for the provider's own hosts. */
  | 'flat-tool-schemas-at-home'
  /** `strict` leaves tools and their functions. */
  | 'drop-tool-strict'
  /** An empty list of tools leaves the call. */
  | 'drop-empty-tools'
  /** Tools that are no functions leave the call. */
  | 'function-tools-only'
  /** Custom tools → functions. */
  | 'custom-tools-as-functions'
  /** A `json_schema` response format becomes a forced tool; the answer's tool call becomes content again. */
  | 'json-schema-as-tool'
  /** A `json_schema` response format is refused beside tools. */
  | 'json-schema-or-tools'
  /** `response_format` leaves the call. */
  | 'drop-response-format'
  /** Tools are functions of a name, a description and parameters. */
  | 'plain-function-tools'
  /** `tool_choice` leaves the call. */
  | 'drop-tool-choice'
  /** A `tool_choice` that is an object leaves the call. */
  | 'drop-tool-choice-objects'
  /** Beside tools `response_format` leaves the call. */
  | 'drop-response-format-beside-tools'
  /** `response_format` leaves the call unless it is a schema. */
  | 'schema-or-no-format'
  /** A response format `{ type: json_schema, schema }` gets its `json_schema` wrapper. */
  | 'wrap-bare-json-schema'
  /** `web_search_options` leaves the call. */
  | 'drop-web-search'
  /** `web_search_options` → a `browser_search` tool. */
  | 'web-search-as-browser-tool'
  /** `reasoning_effort` → `thinking: { type }`, which wins when it is there. */
  | 'effort-as-thinking-switch'
  /** The same, but `thinking` stays whole, and becomes adaptive for models that think adaptively. */
  | 'effort-as-thinking-object'
  /** `reasoning_effort` → `thinking` as Anthropic's models take it. */
  | 'effort-as-thinking-budget'
  /** `max_tokens` leaves room for a budget of thinking. */
  | 'room-to-think'
  /** Parameters of vLLM → what the provider calls them. */
  | 'vllm-params-as-own'
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
  /** System messages that follow each other → one. */
  | 'merge-system-messages'
  /** A turn with several tool calls → a turn per call, each followed by its result. */
  | 'split-parallel-tool-calls'
  /** `temperature` leaves the call. */
  | 'drop-temperature'
  /** `temperature` is at least 0.3 when `n` asks for several choices. */
  | 'warm-several-choices'
  /** Parameters of watsonx's older API, which generates text, are refused. */
  | 'refuse-generation-params'
  /** `service_tier` → `metadata.completion_window`; tiers that are none of Sail's are refused. */
  | 'tier-as-window'
  /** `thinking` and `reasoning_effort` are refused together. */
  | 'thinking-or-effort'
  /** `model_id` beside `project_id`, or `space_id`; for `deployment/…` an empty `model` instead. */
  | 'model-in-project'
  /** A `tool_choice` that is a string → `tool_choice_option`. */
  | 'tool-choice-option'
  /** Effort and sampling of OpenAI's reasoning models: values they refuse are refused, or dropped. */
  | 'reasoning-model-sampling'
  /** The same; effort `none` is refused too unless the facts declare it. */
  | 'reasoning-model-sampling-or-none'
  /** As `drop-cache-control`, but a base URL of another host than the provider's own is taken for a gateway that knows it. */
  | 'drop-cache-control-at-home';

/** Add a name here and its function in `formats/openai-chat/quirks/response-quirks.ts`. */
export type ResponseQuirkName =
  /** The call of the forced tool of `json-schema-as-tool` becomes content; the finish reason stays. */
  | 'schema-call-as-content'
  /** The call of the forced tool of `json-schema-as-tool` becomes the whole answer, which ends in `stop`. */
  | 'schema-call-as-answer'
  /** Content as a list with `thinking` parts → text and `reasoning_content`. */
  | 'thinking-parts'
  /** Content as a list with `reasoning` parts → text, `reasoning_content` and `thinking_blocks`. */
  | 'summary-parts'
  /** Nothing but id, time, model, usage, and of each choice its message's text, calls and thinking. */
  | 'plain-completion'
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
  /** Reasoning tokens counted beside completion tokens → among them. */
  | 'fold-reasoning-tokens';

/** Add a name here and its function in `formats/openai-chat/quirks/chunk-quirks.ts`. */
export type ChunkQuirkName =
  /** Chunks get an id of ours, none is for the role alone, and calls have an empty text beside them. */
  | 'chunks-made-anew'
  /** `delta.reasoning` → `delta.reasoning_content`. */
  | 'reasoning-as-reasoning-content'
  /** `delta.reasoning` is shown as `delta.reasoning_content` too. */
  | 'reasoning-beside-reasoning-content'
  /** Content as a list with `thinking` parts → text, `reasoning_content` and `thinking_blocks`. */
  | 'thinking-parts'
  /** Content as a list with `reasoning` parts → text, `reasoning_content` and `thinking_blocks`. */
  | 'summary-parts'
  /** The call of the forced tool of `json-schema-as-tool` becomes content. */
  | 'schema-call-as-answer'
  /** Arguments that are an empty object → an empty string, which later pieces may continue. */
  | 'empty-arguments-as-text'
  /** `service_tier` is not shown. */
  | 'drop-service-tier'
  /** `system_fingerprint` is not shown. */
  | 'drop-system-fingerprint'
  /** Reasoning tokens counted beside completion tokens → among them. */
  | 'fold-reasoning-tokens';
