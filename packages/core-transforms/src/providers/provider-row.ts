import type { JsonObject } from '../contract/json.ts';
import type { DialectId, FormatId } from '../contract/plan.ts';
import type { AuthPlacement, Headers } from '../contract/wire.ts';
import type { ChatRules } from './chat-rules.ts';
import type { ErrorRules } from './error-rules.ts';
import type { ModelCondition, ParamRules } from './param-rules.ts';

export type * from './chat-rules.ts';
export type * from './error-rules.ts';
export type * from './param-rules.ts';

/** One provider as data. A new OpenAI-compatible provider is one row and four vectors; code is for formats. */
export interface ProviderRow {
  /** As it stands before the slash in `litellm_params.model`. */
  readonly id: string;
  /** As the reference names it in error messages (`OpenAIException`, `AnthropicException`). */
  readonly errorName: string;
  readonly format: FormatId;
  /** Client dialects that it serves in another format than `format` (OCR, token counts). */
  readonly formats?: Readonly<Partial<Record<DialectId, FormatId>>>;
  /** Models it serves in other formats than those above; the first entry that holds decides. */
  readonly byModel?: readonly ModelFormats[];
  /** Where it lives when neither deployment nor environment says otherwise; undefined when there is no public endpoint. */
  readonly baseUrl: string | undefined;
  /** Environment variables that may hold the key, first found wins. */
  readonly keyEnv: readonly string[];
  /** Environment variables that do in place of a key: tokens, and what tokens are fetched with. */
  readonly tokenEnv?: readonly string[];
  /** A call without a key is sent without one: a server of one's own. */
  readonly keyOptional?: boolean;
  /** Options that the environment sets, under names of their own, each with its variables: first found wins. */
  readonly envOptions?: Readonly<Record<string, readonly string[]>>;
  /** Environment variables that may hold the base URL. */
  readonly baseEnv: readonly string[];
  readonly auth: AuthPlacement;
  /** Put at the end of a base URL that does not end so (`/v1`). */
  readonly baseEnding?: string;
  /** What follows the base URL, with its slash; absent means the format's own (`/chat/completions`). */
  readonly path?: string;
  /** In its place for streams, where there is another. */
  readonly streamPath?: string;
  /** How its URLs are put together where base URL and path are not all; the first rule that holds decides. */
  readonly urls?: readonly UrlRule[];
  /** Options of a deployment that have a value although neither it nor the environment says one. */
  readonly optionDefaults?: Readonly<Record<string, string>>;
  /** Model names are its operators' own: conditions and facts go by `base_model`, where the deployment says one. */
  readonly readsBaseModel?: boolean;
  /** Comes off the model's name, where it chose a way that is the gateway's business. */
  readonly routePrefix?: RegExp;
  /** Headers that every request carries, lower-case names. */
  readonly headers?: Headers;
  /** Put before a model name that has no slash (`accounts/fireworks/models/`). */
  readonly modelPrefix?: string;
  /** Chose a route here and is no part of the name that answers show. */
  readonly unshownPrefix?: RegExp;
  /** A model's name as the provider writes it, where the deployment names its parts. */
  readonly modelAddress?: { readonly from: RegExp; readonly to: string };
  /** Chat parameters: what may pass, what is renamed. See params/. */
  readonly params: ParamRules;
  /** Where the provider's chat differs from OpenAI's; only formats of the OpenAI family read it. */
  readonly chat?: ChatRules;
  /** How it serves Anthropic's messages API beside its own format; `formats` says that it does. */
  readonly messages?: MessagesRules;
  /** How it serves OpenAI's responses API; `formats` says for which clients it does. */
  readonly responses?: ResponsesRules;
  /** Where its copy of Gemini's API differs from AI Studio's; only that format reads it. */
  readonly generate?: GenerateRules;
  /** How it takes prompts that are no messages, in its own format or made into messages. */
  readonly completions?: CompletionsRules;
  /** How it serves embeddings; `formats` says in which format. */
  readonly embeddings?: EmbeddingsRules;
  /** How the provider's errors are worded and classed; absent means OpenAI's own way. */
  readonly errors?: ErrorRules;
  /** Page the row was written from, and when (YYYY-MM-DD). */
  readonly source: string;
  readonly date: string;
}

/** Where a provider's copy of Gemini's API differs from AI Studio's. */
export interface GenerateRules {
  /**
   * It is Google Cloud's: models stand under a project and a location, addresses on the web are read by the provider, and a client's
   * metadata goes along as labels.
   */
  readonly cloud?: boolean;
}

/** One way to put a URL together. */
export interface UrlRule {
  readonly when?: ModelCondition;
  /** In place of the base URL; `{name}` is the deployment's option of that name, here as in the row's own. */
  readonly base?: string;
  /** What follows the base URL, which may end in the first part of it: `{path}` is the API's own path, `{model}` the provider's model. */
  readonly path: string;
  /** Members of the query → the deployment's options that say them. What stands in the base URL's own query wins. */
  readonly query?: Readonly<Record<string, string>>;
  /** Where the credential goes, if not where the row says. */
  readonly auth?: AuthPlacement;
}

/** Where a provider's completions API differs from OpenAI's, and what becomes of a prompt. */
export interface CompletionsRules {
  /** What follows the base URL, with its slash; absent means `/completions`. */
  readonly path?: string;
  /** Models whose prompts may be lists of tokens; absent means none. */
  readonly tokens?: ModelCondition;
  /** What becomes of several prompts: a list, a refusal, or one text with this between them; absent means a list. */
  readonly prompts?: 'list' | 'refused' | { readonly joinedBy: string };
  /** Its parameters; absent means those of its chat that the API has too. */
  readonly params?: ParamRules;
  /** Chat parameters that its API has beyond OpenAI's. */
  readonly takes?: readonly string[];
  /** Accepted without a word and never sent, whether or not OpenAI has them. */
  readonly drops?: readonly string[];
  /** Its answers hold messages and deltas where OpenAI's hold text. */
  readonly answersMessages?: boolean;
  /** Sent along where a client wants its prompt echoed. */
  readonly besideEcho?: JsonObject;
}

/** Where a provider's embeddings differ from OpenAI's. */
export interface EmbeddingsRules {
  /** What follows the base URL, with its slash; absent means the format's own (`/embeddings`). */
  readonly path?: string;
  /** In place of the row's own, for embeddings alone. */
  readonly baseUrl?: string;
  readonly urls?: readonly UrlRule[];
  /** Which of OpenAI's parameters (`dimensions`, `encoding_format`, `user`) pass, and as what; absent means all. */
  readonly params?: ParamRules;
  /** It takes lists of lists of tokens; absent means text alone. */
  readonly tokens?: boolean;
  /** A text that stands alone is sent as a list of one. */
  readonly listsInput?: boolean;
  /** What it calls the input; absent means `input`. */
  readonly inputName?: string;
  /** Sent along with texts, unless the client says what `unless` does; lists of texts are one document each, and nothing is sent along with those. */
  readonly withTexts?: { readonly set: JsonObject; readonly unless: JsonObject };
  /** Inputs that are images in base64: each input is told what it is, or they have an API apart; absent means that they are sent as texts. */
  readonly images?: 'marked' | 'apart';
  /** The path is put behind every base URL, even one that ends in it. */
  readonly appendsPath?: boolean;
  /** Absent means the row's own, the whole body shown. */
  readonly errors?: ErrorRules;
  /** What some models want otherwise; the first entry that holds, member by member. */
  readonly byModel?: readonly (Omit<EmbeddingsRules, 'byModel'> & { readonly when: ModelCondition })[];
}

/** Where a provider of another format keeps its copy of Anthropic's messages API, and what that copy refuses. */
export interface MessagesRules {
  /** The end of the base URL that belongs to the provider's own format and gives way to `path`. */
  readonly baseEnding: RegExp;
  readonly path: string;
  readonly auth: AuthPlacement;
  /** `type: custom` leaves the tools: the copy refuses the word. */
  readonly dropsCustomType?: boolean;
  /** Claude Code's note on billing leaves the system prompt: only Anthropic reads it. */
  readonly dropsBillingNote?: boolean;
  /** System messages at the beginning of a conversation join the system prompt. */
  readonly liftsSystem?: boolean;
  /** `scope` leaves the cache marks: only Anthropic knows it. */
  readonly dropsCacheScope?: boolean;
  /** All but `type` leaves them: it validates them to the letter. */
  readonly plainCacheMarks?: boolean;
  /** Betas it knows; absent: none. */
  readonly betas?: readonly string[];
  /** Betas of these that a body made from a chat does not ask for: only who names them gets them. */
  readonly unaskedBetas?: readonly string[];
  /** Members of a chat's `extra_body` join the body; absent: the provider gets the member itself. */
  readonly mergesExtraBody?: boolean;
  /** Where a chat or a count puts the key; absent: where `auth` says. */
  readonly chatAuth?: AuthPlacement;
}

/** The formats of the models that meet a condition. */
export interface ModelFormats extends Pick<ProviderRow, 'format' | 'formats'> {
  readonly when: ModelCondition;
}

/** Where a provider's responses API differs from OpenAI's. */
export interface ResponsesRules {
  /** Its models whose chat is this API's alone, and calls of chat that only it serves, come here; absent means none do. */
  readonly chat?: ResponsesForChat;
  /** What follows the base URL, with its slash; absent means `/responses`. */
  readonly path?: string;
  /** In place of the row's own, for this API alone. */
  readonly urls?: readonly UrlRule[];
  readonly optionDefaults?: ProviderRow['optionDefaults'];
  readonly baseEnding?: string;
  /** Nothing but these parameters; absent means all. Others are refused with a 400, or dropped under `drop_params`. */
  readonly takes?: readonly string[];
  /** Parameters that it, or some of its models, does not take, the same. */
  readonly refuses?: readonly { readonly when?: ModelCondition; readonly params: readonly string[] }[];
  /** Accepted without a word and never sent. */
  readonly drops?: readonly string[];
  /** Body members that every request carries, whatever the client says. */
  readonly set?: JsonObject;
  /** An effort is asked only of models that the facts call reasoning ones. */
  readonly gatesReasoning?: boolean;
  /** No limits on sampling or on small answers. */
  readonly servesAnySampling?: boolean;
  /** It refuses ids and reasoning in a conversation that are not its own. */
  readonly readsOwnHistoryOnly?: boolean;
  /** It refuses `status` on messages and reasoning in a conversation. */
  readonly dropsStatus?: boolean;
  /** System and developer messages join the instructions where they can: it knows no developers. */
  readonly foldsInstructions?: boolean;
  /** It wants a type on every message. */
  readonly typesItems?: boolean;
  /** Leads what is said of a response that failed amid its stream. */
  readonly failureLead?: string;
  /** Functions written as chat writes them are flattened. */
  readonly flattensTools?: boolean;
  /** Schemas of functions are validated: patterns must be Python's, and these models refuse combinators at the top. */
  readonly flatSchemas?: ModelCondition;
  /** It has no search in files: a function stands in for it, as in front of chat. */
  readonly lacksFileSearch?: boolean;
  /** `service_tier` goes as `metadata.completion_window`, as in its chat. */
  readonly tierAsWindow?: boolean;
  /** Of tools of these types, which run at the provider, only the members named are sent. */
  readonly serverTools?: Readonly<Record<string, readonly string[]>>;
}

/** Calls of chat that a provider serves over its responses API alone. */
export interface ResponsesForChat {
  /** Whether this holds at all. */
  readonly when?: ModelCondition;
  /** Parameters that chat has no other way for. */
  readonly needsFor?: readonly string[];
  /** Where OpenAI's reasoning models take functions here and not in chat. */
  readonly reasoningHosts?: RegExp;
}
