import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { DialectId, FormatId } from '../contract/plan.ts';
import type { AuthPlacement, Headers } from '../contract/wire.ts';
import type { ChunkQuirkName, RequestQuirkName, ResponseQuirkName } from './quirk-names.ts';

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
  /** Chat parameters: what may pass, what is renamed. See params/. */
  readonly params: ParamRules;
  /** Where the provider's chat differs from OpenAI's; only formats of the OpenAI family read it. */
  readonly chat?: ChatRules;
  /** How it serves Anthropic's messages API beside its own format; `formats` says that it does. */
  readonly messages?: MessagesRules;
  /** How it serves OpenAI's responses API; `formats` says for which clients it does. */
  readonly responses?: ResponsesRules;
  /** How it takes prompts that are no messages, in its own format or made into messages. */
  readonly completions?: CompletionsRules;
  /** How the provider's errors are worded and classed; absent means OpenAI's own way. */
  readonly errors?: ErrorRules;
  /** Page the row was written from, and when (YYYY-MM-DD). */
  readonly source: string;
  readonly date: string;
}

/** One way to put a URL together. */
export interface UrlRule {
  readonly when?: ModelCondition;
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
  /** Betas it knows, and what it calls them; absent: none. */
  readonly betas?: Readonly<Record<string, string>>;
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
  /** It wants a type on every message. */
  readonly typesItems?: boolean;
  /** Functions written as chat writes them are flattened. */
  readonly flattensTools?: boolean;
  /** Of tools of these types, which run at the provider, only the members named are sent. */
  readonly serverTools?: Readonly<Record<string, readonly string[]>>;
}

/** Calls of chat that a provider serves over its responses API alone. */
export interface ResponsesForChat {
  /** Parameters that chat has no other way for. */
  readonly needsFor?: readonly string[];
  /** Where OpenAI's reasoning models take functions here and not in chat. */
  readonly reasoningHosts?: RegExp;
}

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

/** Where a provider of the OpenAI family differs in its bodies. Quirks are named here and coded once, in `formats/openai-chat/quirks/`. */
export interface ChatRules {
  /** `stream: false` is sent too; absent means that only `true` is. */
  readonly sendsStreamFalse?: ModelCondition;
  /** `system_fingerprint` leaves the chunks of streams: the reference calls the provider with a client of its own that loses it. */
  readonly losesFingerprint?: boolean;
  /** Chunks are handed on with what OpenAI's choices do not have, and, to clients that want usage, those without any choice. */
  readonly keepsChunks?: boolean;
  /** The messages of whole answers are handed on as they came: reasoning and members unknown to OpenAI stay in their places. */
  readonly keepsMessages?: boolean;
  /**
   * Whether a stream asks for usage when the client did not; absent means yes where `stream_options` is an allowed
   * parameter. `never` also takes the client's own away.
   */
  readonly streamUsage?: 'always' | 'as-asked' | 'never';
  /** At the provider's own hosts a stream asks for usage on every route. */
  readonly countsAtHome?: boolean;
  /** Models that know `role: developer`; for others it becomes `system`. */
  readonly keepsDeveloperRole?: ModelCondition;
  /** Images of tool results stay in their messages, for the quirks to see; for others they move to a user's message. */
  readonly keepsToolImages?: boolean;
  /** Applied to the request body in this order, after the parameters. */
  readonly request?: readonly RequestQuirk[];
  /** Applied to a whole answer in this order. */
  readonly response?: readonly ResponseQuirk[];
  /** Applied to each chunk of a stream in this order. */
  readonly chunk?: readonly ChunkQuirk[];
  /** A call with one of these parameters cannot be streamed: it is asked for whole, and the client's stream made from the answer. */
  readonly wholeWith?: readonly string[];
  /** Models that cannot stream at all, the same. */
  readonly wholeFor?: ModelCondition;
  /** What `thinking-by-prompt` tells the model. */
  readonly thinkingPrompt?: string;
}

/** A quirk, and the models it holds for. */
export interface Quirk<Name extends string> {
  readonly name: Name;
  readonly when?: ModelCondition;
}

/** A quirk of requests, for all models or for some. */
export type RequestQuirk =
  | RequestQuirkName
  /** `unlessParts`: it does not hold for a call whose messages hold parts of one of these types. */
  | (Quirk<RequestQuirkName> & { readonly unlessParts?: readonly string[] });
/** A quirk of whole answers, for all models or for some. */
export type ResponseQuirk = ResponseQuirkName | Quirk<ResponseQuirkName>;
/** A quirk of streams' chunks, for all models or for some. */
export type ChunkQuirk = ChunkQuirkName | Quirk<ChunkQuirkName>;

/** How a provider's errors reach the client. */
export interface ErrorRules {
  /** What of the provider's body the message shows: its own sentence, or the body as it came. */
  readonly shows: 'sentence' | 'whole-body';
  /** An error without a status amid a stream is typed as a server's fault; absent means that it has no type. */
  readonly typesStreamErrors?: boolean;
  /** The format's own reading of bodies does not hold: the status alone decides, but for `bySaying`. */
  readonly byStatusAlone?: boolean;
  /** Words of the body that decide before the status does; the first that are found. */
  readonly bySaying?: readonly SaidError[];
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

/** What the client sees where a provider's body has these words. */
export interface SaidError extends ErrorRemap {
  readonly says: string;
}
