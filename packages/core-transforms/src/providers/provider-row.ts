import type { JsonObject } from '../contract/json.ts';
import type { DialectId, FormatId } from '../contract/plan.ts';
import type { AuthPlacement, Headers } from '../contract/wire.ts';
import type { ChatRules } from './chat-rules.ts';
import type { ErrorRules } from './error-rules.ts';
import type { ModelCondition, ParamRules } from './param-rules.ts';

export type * from './chat-rules.ts';
export type * from './error-rules.ts';
export type * from './param-rules.ts';

/** One provider, as data. A new OpenAI-compatible provider is one row and four vectors; code is for formats. */
export interface ProviderRow {
  /** The name before the slash in `litellm_params.model`. */
  readonly id: string;
  /** The reference's name for it in error messages (`OpenAIException`, `AnthropicException`). */
  readonly errorName: string;
  readonly format: FormatId;
  /** Client dialects that it serves in a format other than `format` (OCR, token counts). */
  readonly formats?: Readonly<Partial<Record<DialectId, FormatId>>>;
  /** Models that it serves in other formats than those above; the first entry that holds decides. */
  readonly byModel?: readonly ModelFormats[];
  /** Its address when neither deployment nor environment has one; undefined when there is no public endpoint. */
  readonly baseUrl: string | undefined;
  /** Environment variables for the key; the first one that is set counts. */
  readonly keyEnv: readonly string[];
  /** Environment variables that replace a key: tokens, and what tokens are fetched with. */
  readonly tokenEnv?: readonly string[];
  /** Calls without a key are sent without one: the server may be one's own. */
  readonly keyOptional?: boolean;
  /** Options of the deployment that the environment can set, each with its variables; the first one that is set counts. */
  readonly envOptions?: Readonly<Record<string, readonly string[]>>;
  /** Environment variables for the base URL. */
  readonly baseEnv: readonly string[];
  readonly auth: AuthPlacement;
  /** Appended to a base URL that does not end with it (`/v1`). */
  readonly baseEnding?: string;
  /** What follows the base URL, with its slash; absent: the format's own (`/chat/completions`). */
  readonly path?: string;
  /** Replaces `path` for streams. */
  readonly streamPath?: string;
  /** How its URLs are made, where base URL and path are not enough; the first rule that holds decides. */
  readonly urls?: readonly UrlRule[];
  /** Values of options that neither the deployment nor the environment sets. */
  readonly optionDefaults?: Readonly<Record<string, string>>;
  /** Model names are chosen by operators: conditions and facts go by the deployment's `base_model`, if it has one. */
  readonly readsBaseModel?: boolean;
  /** Removed from the model's name: it only selects a route in the gateway. */
  readonly routePrefix?: RegExp;
  /** Headers of every request, with lower-case names. */
  readonly headers?: Headers;
  /** Put in front of model names without a slash (`accounts/fireworks/models/`). */
  readonly modelPrefix?: string;
  /** Removed from the model's name in answers: it only selected a route. */
  readonly unshownPrefix?: RegExp;
  /** The provider's way to write the model's name, where the deployment names its parts. */
  readonly modelAddress?: { readonly from: RegExp; readonly to: string };
  /** Chat parameters: which pass, and under which names. See params/. */
  readonly params: ParamRules;
  /** Where its chat differs from OpenAI's. Only formats of the OpenAI family read this. */
  readonly chat?: ChatRules;
  /** How it serves Anthropic's messages API beside its own format, if `formats` says that it does. */
  readonly messages?: MessagesRules;
  /** How it serves OpenAI's responses API; `formats` says to which clients. */
  readonly responses?: ResponsesRules;
  /** Where its copy of Gemini's API differs from AI Studio's. Only that format reads this. */
  readonly generate?: GenerateRules;
  /** How it takes prompts that are not messages: in its own format, or made into messages. */
  readonly completions?: CompletionsRules;
  /** How it serves embeddings; `formats` says in which format. */
  readonly embeddings?: EmbeddingsRules;
  /** How its errors are worded and classified; absent: as OpenAI's. */
  readonly errors?: ErrorRules;
  /** The page that the row was written from, and the date (YYYY-MM-DD). */
  readonly source: string;
  readonly date: string;
}

/** Where a provider's copy of Gemini's API differs from AI Studio's. */
export interface GenerateRules {
  /**
   * It is Google Cloud's: models belong to a project and a location, the provider fetches media from the web, and a client's metadata is
   * sent as labels.
   */
  readonly cloud?: boolean;
}

/** One way to make a URL. */
export interface UrlRule {
  readonly when?: ModelCondition;
  /** Replaces the base URL. `{name}` stands for the deployment's option of that name, as in the row's own base URL. */
  readonly base?: string;
  /** What follows the base URL, which may end with the first part of it. `{path}` is the API's own path, `{model}` the provider's model. */
  readonly path: string;
  /** Members of the query, each with the deployment's option for its value. A query in the base URL wins. */
  readonly query?: Readonly<Record<string, string>>;
  /** Where the credential goes, if not where the row says. */
  readonly auth?: AuthPlacement;
}

/** Where a provider's completions API differs from OpenAI's, and how prompts are sent. */
export interface CompletionsRules {
  /** What follows the base URL, with its slash; absent means `/completions`. */
  readonly path?: string;
  /** Models whose prompts may be lists of tokens; absent means none. */
  readonly tokens?: ModelCondition;
  /** How several prompts are sent: as a list, not at all, or joined by this text; absent: as a list. */
  readonly prompts?: 'list' | 'refused' | { readonly joinedBy: string };
  /** Its parameters; absent: those of its chat that the API has, too. */
  readonly params?: ParamRules;
  /** Chat parameters that the API takes beyond OpenAI's. */
  readonly takes?: readonly string[];
  /** Accepted silently and never sent, whether or not OpenAI has them. */
  readonly drops?: readonly string[];
  /** Its answers have messages and deltas where OpenAI's have text. */
  readonly answersMessages?: boolean;
  /** Sent along when a client wants its prompt echoed. */
  readonly besideEcho?: JsonObject;
}

/** Where a provider's embeddings differ from OpenAI's. */
export interface EmbeddingsRules {
  /** What follows the base URL, with its slash; absent means the format's own (`/embeddings`). */
  readonly path?: string;
  /** Replaces the row's own base URL, for embeddings only. */
  readonly baseUrl?: string;
  readonly urls?: readonly UrlRule[];
  /** Which of OpenAI's parameters (`dimensions`, `encoding_format`, `user`) pass, and under which names; absent: all. */
  readonly params?: ParamRules;
  /** It takes lists of token lists; absent: text only. */
  readonly tokens?: boolean;
  /** A single text is sent as a list of one. */
  readonly listsInput?: boolean;
  /** Its name for the input; absent: `input`. */
  readonly inputName?: string;
  /** Sent along with texts, unless the client sets what `unless` names. A list of texts is one document each, with nothing sent along. */
  readonly withTexts?: { readonly set: JsonObject; readonly unless: JsonObject };
  /**
   * Inputs that are images in base64: either each input says what it is, or images have an API of their own; absent: they are sent as
   * texts.
   */
  readonly images?: 'marked' | 'apart';
  /** The path is appended to every base URL, even to one that ends with it. */
  readonly appendsPath?: boolean;
  /** Absent: the row's own, with the whole body shown. */
  readonly errors?: ErrorRules;
  /** What differs for some models; the first entry that holds, member by member. */
  readonly byModel?: readonly (Omit<EmbeddingsRules, 'byModel'> & { readonly when: ModelCondition })[];
}

/** Where a provider of another format has its copy of Anthropic's messages API, and what that copy refuses. */
export interface MessagesRules {
  /** The end of the base URL that belongs to the provider's own format, and is replaced by `path`. */
  readonly baseEnding: RegExp;
  readonly path: string;
  readonly auth: AuthPlacement;
  /** `type: custom` is removed from tools: the copy refuses it. */
  readonly dropsCustomType?: boolean;
  /** Claude Code's note on billing is removed from the system prompt: only Anthropic reads it. */
  readonly dropsBillingNote?: boolean;
  /** System messages at the beginning of a conversation become part of the system prompt. */
  readonly liftsSystem?: boolean;
  /** `scope` is removed from cache marks: only Anthropic knows it. */
  readonly dropsCacheScope?: boolean;
  /** Everything but `type` is removed from cache marks: the copy validates them strictly. */
  readonly plainCacheMarks?: boolean;
  /** Betas that it knows; absent: none. */
  readonly betas?: readonly string[];
  /** Those of them that a body made from a chat does not ask for: a client has to name them. */
  readonly unaskedBetas?: readonly string[];
  /** Members of a chat's `extra_body` are merged into the body; absent: `extra_body` itself is sent. */
  readonly mergesExtraBody?: boolean;
  /** Where a chat or a token count puts the key; absent: as `auth` says. */
  readonly chatAuth?: AuthPlacement;
}

/** The formats of models that meet a condition. */
export interface ModelFormats extends Pick<ProviderRow, 'format' | 'formats'> {
  readonly when: ModelCondition;
}

/** Where a provider's responses API differs from OpenAI's. */
export interface ResponsesRules {
  /** Models whose chat is served by this API only, and chat calls that only it can serve; absent: none. */
  readonly chat?: ResponsesForChat;
  /** What follows the base URL, with its slash; absent means `/responses`. */
  readonly path?: string;
  /** Replaces the row's own URLs, for this API only. */
  readonly urls?: readonly UrlRule[];
  readonly optionDefaults?: ProviderRow['optionDefaults'];
  readonly baseEnding?: string;
  /** Only these parameters pass; absent: all. Others are refused with a 400, or dropped under `drop_params`. */
  readonly takes?: readonly string[];
  /** Parameters that it, or some of its models, refuses likewise. */
  readonly refuses?: readonly { readonly when?: ModelCondition; readonly params: readonly string[] }[];
  /** Accepted silently and never sent. */
  readonly drops?: readonly string[];
  /** Body members that every request has, whatever the client says. */
  readonly set?: JsonObject;
  /** An effort is sent only to models that the facts call reasoning ones. */
  readonly gatesReasoning?: boolean;
  /** Sampling and small answers are not limited. */
  readonly servesAnySampling?: boolean;
  /** It refuses ids and reasoning in a conversation that are not its own. */
  readonly readsOwnHistoryOnly?: boolean;
  /** It refuses `status` on messages and reasoning in a conversation. */
  readonly dropsStatus?: boolean;
  /** System and developer messages join the instructions where they can: it has no role `developer`. */
  readonly foldsInstructions?: boolean;
  /** It wants a type on every message. */
  readonly typesItems?: boolean;
  /** Leads what is said of a response that failed amid its stream. */
  readonly failureLead?: string;
  /** Functions written as chat writes them are flattened. */
  readonly flattensTools?: boolean;
  /** Schemas of functions are validated: patterns must be Python's, and these models refuse combinators at the top. */
  readonly flatSchemas?: ModelCondition;
  /** It has no `file_search`: a function replaces it, as for chat. */
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
