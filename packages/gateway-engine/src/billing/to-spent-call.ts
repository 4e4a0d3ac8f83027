import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import {
  callerAddress,
  loggedSessionId,
  modelWindows,
  readEndUserId,
  type CallHeaders,
  type EndUserRules,
  type HeaderReader,
} from '../auth/index.ts';
import { toAnswerError, type AnswerError, type EngineError } from '../errors/index.ts';
import type {
  AccessGroupGrants,
  Caller,
  CallFailure,
  Deployment,
  EndUserGrants,
  FailedCall,
  GatewayConfig,
  LoggedCall,
  SaidInCall,
  SpentCall,
} from '../ports/index.ts';
import { allTags, classifyFailure } from '../routing/index.ts';
import { readAnswerId } from './answer-meter.ts';
import { normalizeError } from './normalize-error.ts';
import type { Bill } from './bill-answer.ts';

/** A call that was answered: who asked which deployment for what. */
export interface AnsweredCall {
  readonly callId: string;
  readonly caller: Caller | undefined;
  /** The customer it was made for, as far as he has budgets by model. */
  readonly endUser: EndUserGrants | undefined;
  /** The model access groups that let the call in and are charged for it; undefined: none. */
  readonly accessGroups: readonly AccessGroupGrants[] | undefined;
  /** True: the customer whom the call names is not known. */
  readonly endUserOff: boolean;
  readonly header: HeaderReader;
  readonly headerNames: CallHeaders['headerNames'];
  readonly peer?: CallHeaders['peer'];
  readonly body: JsonObject;
  readonly dialect: DialectId;
  readonly modelGroup: string;
  readonly deployment: Deployment;
  /** Which headers name the customer, and whether prompts and answers are logged. */
  readonly config: EndUserRules & Pick<GatewayConfig, 'keepsSaid' | 'missingSession' | 'entry'>;
}

/** A call that failed; it may have done so before a deployment was chosen. */
export interface UnansweredCall extends Omit<AnsweredCall, 'deployment' | 'endUser' | 'accessGroups'> {
  readonly deployment: Deployment | undefined;
}

/** Monotonic: when the call came, when the first text of its answer went to the client, and when the last. */
export interface AnswerTimes {
  readonly cameMs: number;
  readonly firstMs: number;
  readonly endedMs: number;
}

/** The tags of the call itself, of its key, team and project, and of the client's program, as the reference tags it. */
function tagsOf(caller: Caller | undefined, header: HeaderReader, body: JsonObject): readonly string[] {
  const agent = header('user-agent');
  const tags = [
    ...allTags(body, { header }, caller?.routing),
    ...(agent === undefined || !agent.includes('/') ? [] : [`User-Agent: ${agent.split('/')[0] ?? ''}`]),
    ...(agent === undefined ? [] : [`User-Agent: ${agent}`]),
  ];
  return [...new Set(tags)];
}

/** An answer as the account of spend sees it. */
export interface AnswerToLog extends AnswerTimes {
  /** The answer as the client saw it; for a stream that is not stored its beginning, with the id, is enough. */
  readonly text: string;
  /** Absent: the answer did not come from the cache. */
  readonly cacheKey?: string | undefined;
  /** What broke off a stream that had begun; absent: nothing did. */
  readonly failure?: EngineError | undefined;
}

/** A call that was answered, as the account of spend takes it. An answer from the cache costs nothing. */
export function toSpentCall(
  call: AnsweredCall,
  { cost, usage, prompt, completion, total }: Bill,
  { text, cacheKey, failure, cameMs, firstMs, endedMs }: AnswerToLog,
): SpentCall {
  return {
    ...toLoggedCall(call, call.modelGroup, text, cameMs, endedMs),
    answerId: readAnswerId(text),
    windows: modelWindows(call.caller, call.endUser, call.modelGroup),
    ...payingGroups(call),
    deployment: call.deployment,
    usd: cacheKey === undefined ? (cost?.usd ?? 0) : 0,
    prompt,
    completion,
    total,
    usage,
    cacheKey,
    firstMs,
    ...(failure !== undefined && { failure: toFailure(failure, toAnswerError(failure), call.deployment) }),
  };
}

/**
 * Which of the groups that let the call in pay for it: those of the deployment that answered, as it may have fallen back to a model of
 * none.
 */
function payingGroups({ accessGroups, deployment }: AnsweredCall): Pick<SpentCall, 'accessGroups'> {
  if (accessGroups === undefined) return {};
  return { accessGroups: accessGroups.map(({ name }) => name).filter((name) => deployment.accessGroups?.includes(name) === true) };
}

/** LiteLLM's names of what a rate limit counts. */
const RATE_KINDS = { requests: 'requests', tokens: 'tokens', max_parallel_requests: 'concurrent_requests' } as const;
const CLASS = /^litellm\.(\w+)/u;
/**
 * Logged in place of a name that no model has, so that clients cannot fill the log with names of their own. Source: LiteLLM 1.106.2,
 * UNKNOWN_MODEL_SPEND_LOG_MODEL.
 */
const NOBODYS_MODEL = 'unknown-model';

/** A call that failed, as the account of spend takes it. */
export function toFailedCall(
  call: UnansweredCall,
  error: EngineError,
  shown: AnswerError,
  { cameMs, endedMs }: Omit<AnswerTimes, 'firstMs'>,
): FailedCall {
  const { deployment, modelGroup } = call;
  const isUnknown = error.kind === 'unknown-model';
  return {
    // What somebody may not have is no group of his either.
    ...toLoggedCall(call, isUnknown || error.kind === 'model-denied' ? '' : modelGroup, undefined, cameMs, endedMs),
    deployment,
    model: isUnknown ? NOBODYS_MODEL : (deployment?.model ?? modelGroup),
    error: toFailure(error, shown, deployment),
  };
}

function toFailure(error: EngineError, { status, type, message }: AnswerError, deployment: Deployment | undefined): CallFailure {
  const code = String(status);
  const className = CLASS.exec(message)?.[1] ?? classifyFailure(error, undefined, 0).className;
  const normalized = normalizeError({ type, message, className, code });
  return {
    code,
    className,
    normalized,
    provider: deployment?.provider.id ?? '',
    message,
    rateLimit: rateLimitOf(error, status),
    spent: error.kind === 'budget-exceeded' ? error.spent : undefined,
  };
}

/** A limit of ours says which of its kinds is reached; every other 429 is a provider's. */
function rateLimitOf(error: EngineError, status: number): CallFailure['rateLimit'] {
  if (error.kind === 'rate-limited') return { of: 'litellm_rate_limit', kind: RATE_KINDS[error.exceeded.kind] };
  const isProviders = status === 429 && error.kind === 'transform';
  return isProviders ? { of: 'vendor_rate_limit', kind: undefined } : undefined;
}

function toLoggedCall(
  { callId, caller, header, headerNames, peer, body, dialect, config, endUserOff }: UnansweredCall,
  modelGroup: string,
  answer: string | undefined,
  cameMs: number,
  endedMs: number,
): LoggedCall {
  return {
    callId,
    dialect,
    caller,
    endUserId: caller?.endUserId ?? (endUserOff ? undefined : readEndUserId(header, body, config)),
    tags: tagsOf(caller, header, body),
    sessionId: loggedSessionId({ header, headerNames }, body, callId, config),
    address: callerAddress(config.entry?.trustsForwarded === true, { header, peer }),
    userAgent: header('user-agent') ?? '',
    modelGroup,
    cameMs,
    endedMs,
    said: config.keepsSaid === true ? saidIn(header, body, answer) : undefined,
  };
}

const REDACTION_HEADERS = ['x-litellm-enable-message-redaction', 'litellm-enable-message-redaction'];

/** The prompt and the answer for the log; nothing where the client asks not to log them. */
function saidIn(header: HeaderReader, request: JsonObject, answer: string | undefined): SaidInCall | undefined {
  return REDACTION_HEADERS.some((name) => header(name)?.toLowerCase() === 'true') ? undefined : { request, answer };
}
