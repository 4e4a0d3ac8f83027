import type { ModelCondition } from './param-rules.ts';
import type { ChunkQuirkName, RequestQuirkName, ResponseQuirkName } from './quirk-names.ts';

/** Where the bodies of a provider in the OpenAI family differ. Quirks are named here, and coded once in `formats/openai-chat/quirks/`. */
export interface ChatRules {
  /** Models for which `stream: false` is sent, too; absent: only `true` is. */
  readonly sendsStreamFalse?: ModelCondition;
  /** Stream chunks lose their `system_fingerprint`: so does the reference's own client for this provider. */
  readonly losesFingerprint?: boolean;
  /** Chunks keep members that OpenAI's choices do not have and, for clients that want usage, chunks without choices are kept. */
  readonly keepsChunks?: boolean;
  /** Messages of whole answers are passed on unchanged: reasoning and unknown members stay where they are. */
  readonly keepsMessages?: boolean;
  /**
   * Whether a stream asks for usage when the client did not; absent: if `stream_options` is an allowed parameter. `never` also drops the
   * client's own.
   */
  readonly streamUsage?: 'always' | 'as-asked' | 'never';
  /** Models whose usage in streams has only the details that the provider gives. */
  readonly countsGiven?: ModelCondition;
  /** At the provider's own hosts, streams ask for usage on every route. */
  readonly countsAtHome?: boolean;
  /** Models that know `role: developer`; for others it becomes `system`. */
  readonly keepsDeveloperRole?: ModelCondition;
  /** Images in tool results stay there, for quirks to handle; otherwise they move into a user message. */
  readonly keepsToolImages?: boolean;
  /** Parts of user messages stay as they are: they keep their `format`, and files get no name. */
  readonly keepsUserParts?: boolean;
  /** Models whose files need no name; those of others get one. */
  readonly keepsFilesUnnamed?: ModelCondition;
  /** A file with an address is passed on, or handled by a quirk; absent: the gateway would have to fetch it. */
  readonly keepsRemoteFiles?: boolean;
  /** Applied to the request body in this order, after the parameters. */
  readonly request?: readonly RequestQuirk[];
  /** Applied to a whole answer in this order. */
  readonly response?: readonly ResponseQuirk[];
  /** Applied to each chunk of a stream in this order. */
  readonly chunk?: readonly ChunkQuirk[];
  /** The deployment option with the name for `model` in the body, if it is not the model's own. */
  readonly modelOption?: string;
  /** Headers whose value comes from a member of the call, or of the deployment's settings. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Streams are AWS event streams whose payloads are pieces of server-sent events, or JSON objects. */
  readonly streamsPayloads?: boolean;
  /** Calls with one of these parameters cannot be streamed: a whole answer is asked for, and the client's stream made from it. */
  readonly wholeWith?: readonly string[];
  /** Models that cannot stream at all: the same is done for them. */
  readonly wholeFor?: ModelCondition;
  /** What `thinking-by-prompt` tells the model. */
  readonly thinkingPrompt?: string;
}

/** A quirk, and the models that it is for. */
export interface Quirk<Name extends string> {
  readonly name: Name;
  readonly when?: ModelCondition;
}

/** A quirk of requests, for all models or some. */
export type RequestQuirk =
  | RequestQuirkName
  /** `unlessParts`: not for calls whose messages have parts of one of these types. */
  | (Quirk<RequestQuirkName> & { readonly unlessParts?: readonly string[] });
/** A quirk of whole answers, for all models or some. */
export type ResponseQuirk = ResponseQuirkName | Quirk<ResponseQuirkName>;
/** A quirk of stream chunks, for all models or some. */
export type ChunkQuirk = ChunkQuirkName | Quirk<ChunkQuirkName>;
