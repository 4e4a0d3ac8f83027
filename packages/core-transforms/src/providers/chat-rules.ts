import type { ModelCondition } from './param-rules.ts';
import type { ChunkQuirkName, RequestQuirkName, ResponseQuirkName } from './quirk-names.ts';

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
  /** Models whose usage in a stream has no details but the provider's own. */
  readonly countsGiven?: ModelCondition;
  /** At the provider's own hosts a stream asks for usage on every route. */
  readonly countsAtHome?: boolean;
  /** Models that know `role: developer`; for others it becomes `system`. */
  readonly keepsDeveloperRole?: ModelCondition;
  /** Images of tool results stay in their messages, for the quirks to see; for others they move to a user's message. */
  readonly keepsToolImages?: boolean;
  /** Parts of users' messages stay as they came: no `format` leaves them, no file gets a name. */
  readonly keepsUserParts?: boolean;
  /** Models whose files need no name; others' get one. */
  readonly keepsFilesUnnamed?: ModelCondition;
  /** A file by its address is handed on, or lost by a quirk; absent means that the gateway would have to fetch it. */
  readonly keepsRemoteFiles?: boolean;
  /** Applied to the request body in this order, after the parameters. */
  readonly request?: readonly RequestQuirk[];
  /** Applied to a whole answer in this order. */
  readonly response?: readonly ResponseQuirk[];
  /** Applied to each chunk of a stream in this order. */
  readonly chunk?: readonly ChunkQuirk[];
  /** The deployment's option that says what the body calls the model, where that is not its own name. */
  readonly modelOption?: string;
  /** Headers that say what a member of the call, or of what the deployment sets beside it, says. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Streams are AWS event streams: their payloads are pieces of server-sent events, or of JSON objects. */
  readonly streamsPayloads?: boolean;
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
