import { mockedRow, type DialectId, type JsonObject, type JsonValue, type Mock } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { Caller, Deployment, FailureClass, GatewayConfig } from '../ports/index.ts';

/** An answer in the provider's place. */
export interface MockedCall {
  /** The chosen deployment, made to speak the hub's dialect. */
  readonly deployment: Deployment;
  readonly delaySeconds: number;
  /** Never answers: the error comes when the time limit is reached. */
  readonly timesOut: boolean;
  /** Undefined: it answers with `mock`. */
  readonly error: EngineError | undefined;
  readonly mock: Mock;
}

/** The dialects that can be mocked: those over the hub, and embeddings. The reference mocks neither OCR nor token counts. */
const MOCKED_DIALECTS: ReadonlySet<DialectId> = new Set([
  'openai-chat',
  'openai-completions',
  'anthropic-messages',
  'openai-responses',
  'openai-embeddings',
]);

/**
 * Members that a client may send only where the configuration allows it. Source: LiteLLM 1.106.2, proxy/route_llm_request.py
 * `GATED_MOCK_PARAM_NAMES`.
 */
const GATED = [
  'mock_testing_fallbacks',
  'mock_testing_context_fallbacks',
  'mock_testing_content_policy_fallbacks',
  'mock_testing_rate_limit_error',
  'mock_timeout',
  'mock_delay',
] as const;

const POLICY = 'Exception: content_filter_policy';

/** Values of `mock_response` that stand for failures. */
const FAILURES: Readonly<Record<string, readonly [400 | 429 | 500, FailureClass, string]>> = {
  'litellm.RateLimitError': [429, 'RateLimitError', 'this is a mock rate limit error'],
  'litellm.InternalServerError': [500, 'InternalServerError', 'this is a mock internal server error'],
  'litellm.ContextWindowExceededError': [
    400,
    'ContextWindowExceededError',
    'litellm.BadRequestError: this is a mock context window exceeded error',
  ],
};

/**
 * Refuses a body that asks for mock failures or delays where that is not allowed. To ignore the wish would look like a test that passed.
 */
export function refuseMocks(body: JsonObject, { mocksAllowed }: Pick<GatewayConfig, 'mocksAllowed'>): EngineError | undefined {
  if (mocksAllowed === true || !asksForMocks(body)) return undefined;
  return { kind: 'mocks-not-allowed', names: GATED.filter((name) => name in body) };
}

function asksForMocks(body: JsonObject): boolean {
  for (const name of GATED) if (name in body) return true;
  return false;
}

/**
 * The mock that answers a call in its provider's place, if any: the deployment's, or the client's own where its key may
 * (`allow_client_mock_response` in the key's metadata) or the configuration lets clients ask for delays.
 *
 * cost:   three look-ups for a call without one.
 * source: LiteLLM 1.106.2, main.py `mock_completion`, proxy/litellm_pre_call_utils.py `_CLIENT_MOCK_CONTROL_FIELDS`.
 */
export function readMock(
  deployment: Deployment,
  dialect: DialectId,
  body: JsonObject,
  caller: Caller | undefined,
  { mocksAllowed = false }: Pick<GatewayConfig, 'mocksAllowed'>,
): MockedCall | undefined {
  const { mock: own } = deployment;
  const mayAnswer = caller?.metadata['allow_client_mock_response'] === true;
  if ((own === undefined && !mayAnswer && !mocksAllowed) || !MOCKED_DIALECTS.has(dialect)) return undefined;
  const response = (mayAnswer ? body['mock_response'] : undefined) ?? own?.response;
  if (dialect === 'openai-embeddings') return mockedEmbeddings(deployment, response);
  const toolCalls = (mayAnswer ? body['mock_tool_calls'] : undefined) ?? own?.toolCalls;
  const timesOut = mocksAllowed && body['mock_timeout'] !== undefined ? body['mock_timeout'] === true : own?.timesOut === true;
  if (!isFilled(response) && !isFilled(toolCalls) && !timesOut) return undefined;
  return {
    deployment: mocked(deployment),
    delaySeconds: secondsOf(mocksAllowed ? body['mock_delay'] : undefined) ?? own?.delaySeconds ?? 0,
    timesOut,
    error: failureOf(deployment, response, timesOut),
    mock: { response, toolCalls },
  };
}

/**
 * Mocked embeddings have no delays and no named failures: any value is the embedding, except the one word that is an error without a class.
 */
function mockedEmbeddings(deployment: Deployment, response: JsonValue | undefined): MockedCall | undefined {
  if (response === undefined || response === null) return undefined;
  const lead = { kind: 'mocked', modelGroup: deployment.modelGroup, byDeployment: true } as const;
  const message = `APIConnectionError: ${deployment.provider.errorName} - Mock error`;
  const error = response === 'error' ? ({ ...lead, status: 500, className: 'APIError', message } as const) : undefined;
  return { deployment: mocked(deployment), delaySeconds: 0, timesOut: false, error, mock: { response } };
}

const known = new WeakMap<Deployment, Deployment>();

/** Cached, because plans are kept per deployment object. */
function mocked(deployment: Deployment): Deployment {
  const made = known.get(deployment) ?? { ...deployment, provider: mockedRow(deployment.provider) };
  known.set(deployment, made);
  return made;
}

function failureOf({ provider, modelGroup }: Deployment, response: JsonValue | undefined, timesOut: boolean): EngineError | undefined {
  const lead = { kind: 'mocked', modelGroup, byDeployment: true } as const;
  if (timesOut) return { ...lead, status: 408, className: 'Timeout', message: 'This is a mock timeout error' };
  if (typeof response !== 'string') return undefined;
  if (response.startsWith(POLICY)) {
    const message = `${provider.errorName} - litellm.MockException: ${response}`;
    return { ...lead, status: 400, className: 'BadRequestError', message };
  }
  const failure = Object.hasOwn(FAILURES, response) ? FAILURES[response] : undefined;
  if (failure === undefined) return undefined;
  const [status, className, message] = failure;
  return { ...lead, status, className, message };
}

/** Truthy as in Python: empty texts and lists are not. */
function isFilled(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function secondsOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
