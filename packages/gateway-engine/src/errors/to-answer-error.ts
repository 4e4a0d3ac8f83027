import { createHash } from 'node:crypto';
import { toClientError, type ClientError, type JsonObject } from '@stagegate/core-transforms';
import type { UpstreamFailure } from '../ports/index.ts';
import { nameKey, pythonInstant, pythonList, pythonText } from '../text/index.ts';
import type { EngineError, ModelOwner } from './engine-error.ts';
import { activityMessage, rateMessage, shareMessage, UNKNOWN_RATES } from './rate-error.ts';
import { unknownModelMessage, wordModelRefusal } from './refused-model.ts';

/** A client error and the members that the reference adds to its envelope for some of them. */
export interface AnswerError extends ClientError {
  readonly providerFields?: JsonObject;
}

const UNREACHABLE =
  "Service Unavailable, the identity provider's JWKS endpoint is temporarily unreachable, so the JWT signature could not be verified. " +
  'Please retry shortly.';
const NO_SESSION =
  'Request has no session id. Send an `x-litellm-session-id` header or `metadata.session_id`. ' +
  'Required by `general_settings.missing_session_id: reject`.';
const REFUSED_TAGS =
  "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. Tags can only be set via API key metadata.";

type ErrorOf<Kind extends EngineError['kind']> = Extract<EngineError, { kind: Kind }>;

/** The one table from an engine error to what the client sees, in the reference's words. A new kind does not compile until it has a row. */
export function toAnswerError(error: EngineError): AnswerError {
  switch (error.kind) {
    case 'no-key':
      return refusedKey('Authentication Error, No api key passed in.');
    case 'malformed-key':
      return refusedKey('Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.');
    case 'wrong-key':
      return wrongKey(error.key);
    case 'caller-refused':
      return refusedKey(`Authentication Error, ${error.message}`);
    case 'expired-key':
      return expiredKey(error);
    case 'token-denied':
      return refusedKey(error.message, 'auth_error', 'None', 403);
    case 'token-expired':
      return { ...refusedKey('Token Expired', 'expired_key'), param: null };
    case 'identity-provider-down':
      return refusedKey(error.message ?? UNREACHABLE, 'auth_provider_unavailable', 'None', 503);
    case 'limits-not-built':
      return refusedKey(unbuiltLimitsMessage(error.names), 'key_limits_not_built', 'None', 403);
    case 'route-denied':
      return refusedKey(error.message, 'auth_error', 'None', 403);
    case 'model-denied':
      return deniedModel(error.owner, deniedModelMessage(error.owner, error.model));
    case 'budget-exceeded':
      return spent(error);
    case 'budget-unconfirmed':
      return refusedKey(`{'error': '${error.message}'}`, 'auth_error', 'None', 503);
    case 'rate-limited':
      return limited(rateMessage(error));
    case 'activity-full':
      return { ...limited(activityMessage(error)), providerFields: { error: activityMessage(error) } };
    case 'share-full':
      return { ...limited(shareMessage(error)), providerFields: { error: shareMessage(error) } };
    case 'rates-unknown':
      return { ...serverError(503, 'internal_server_error', UNKNOWN_RATES), providerFields: { error: UNKNOWN_RATES } };
    case 'database-down':
      return { ...serverError(503, 'no_db_connection', 'The database that knows the keys cannot be reached. Try again.'), param: 'None' };
    case 'banned-member':
      return refusedKey(bannedMemberMessage(error.name));
    case 'body-too-large':
      return badRequest(413, `Request size is too large. Max size is ${error.bytesMax / 1_048_576} MB`, 'request_body');
    case 'body-cut':
      return badRequest(400, 'Invalid request: the body ended early', 'request_body');
    case 'bad-body':
      return badRequest(400, `Invalid ${error.what} payload: ${error.message}`, 'request_body');
    case 'unsaid-param':
      return badRequest(400, `BadRequest please pass param=${paramText(error.name)} in request body. This is a required param`, error.name);
    case 'tags-refused':
      return { ...badRequest(400, REFUSED_TAGS, 'metadata.tags'), type: 'bad_request_error' };
    case 'no-session':
      return { ...badRequest(400, NO_SESSION, 'session_id'), type: 'bad_request_error' };
    case 'missing-member':
      return badRequest(400, `${error.route}: Missing required parameter: '${error.name}'.`, error.name);
    case 'model-refused':
      return wordModelRefusal(error.why);
    case 'unknown-model':
      return unknownModel(error);
    case 'model-not-text':
      return { ...badRequest(400, "'model' must be a string.", 'model'), type: 'bad_request_error' };
    default:
      return toRoutedError(error);
  }
}

/** The kinds that come from a call that was let in. */
type RoutedKind =
  | 'transform'
  | 'upstream'
  | 'media-unfetched'
  | 'no-deployments'
  | 'no-tagged-deployments'
  | 'over-budget'
  | 'over-limit'
  | 'no-turn'
  | 'context-too-small'
  | 'mocked'
  | 'mocks-not-allowed'
  | 'closing'
  | 'internal';

/** The rows for calls that were let in. */
function toRoutedError(error: ErrorOf<RoutedKind>): AnswerError {
  switch (error.kind) {
    case 'transform':
      return toClientError(error.error, error.modelGroup);
    case 'upstream':
      return upstreamFailed(error.failure, error.provider, error.modelGroup);
    case 'media-unfetched':
      return badRequest(400, `litellm.BadRequestError: ${error.message}${closingOf(error.modelGroup)}`, null);
    case 'no-deployments':
      return noDeployments(error);
    case 'no-tagged-deployments':
      return notTagged(error.modelGroup, error.tags);
    case 'over-budget':
      return serverError(429, 'internal_server_error', `No deployments available - crossed budget: ${error.detail}`);
    case 'over-limit':
      return limited(`litellm.RateLimitError: ${error.message}${closingOf(error.modelGroup)}`);
    case 'no-turn':
      return noTurn(error.why, error.modelGroup);
    case 'context-too-small':
      return contextTooSmall(error.detail, error.modelGroup);
    case 'mocked':
      return mocked(error);
    case 'mocks-not-allowed':
      return mocksNotAllowed(error.names);
    case 'closing':
      return serverError(503, 'service_unavailable', 'The gateway is shutting down');
    case 'internal':
      return serverError(500, 'internal_server_error', 'Internal server error');
  }
}

function badRequest(status: number, message: string, param: string | null): AnswerError {
  return { status, type: 'invalid_request_error', message, param, code: String(status) };
}

function serverError(status: number, type: string, message: string): AnswerError {
  return { status, type, message, param: null, code: String(status) };
}

/** `None` is what the reference sends for `param`, and clients have seen it for years. */
function refusedKey(message: string, type = 'auth_error', param = 'None', status = 401): AnswerError {
  return { status, type, message, param, code: String(status) };
}

function expiredKey({ key, expiresMs, nowMs }: EngineError & { readonly kind: 'expired-key' }): AnswerError {
  const message = `Authentication Error - Expired Key. Key Expiry time ${pythonInstant(expiresMs)} and current time ${pythonInstant(nowMs)}`;
  return refusedKey(message, 'expired_key', nameKey(key));
}

function unbuiltLimitsMessage(names: readonly string[]): string {
  return (
    `This key has limits that Stagegate does not enforce yet: ${names.join(', ')}. ` +
    'It is not served without them, unless the gateway was started with --accept-missing key_limits.'
  );
}

function spent({ message, status = 422 }: ErrorOf<'budget-exceeded'>): AnswerError {
  return { status, type: 'budget_exceeded', message, param: null, code: String(status) };
}

/** The reference's way to write `a.b`. */
function paramText(name: string): string {
  return name.includes('.') ? `[${name.replace('.', '][')}]` : name;
}

/** Of a token's role and scopes the reference says another type, and of scopes the printed form of what it raised. */
function deniedModel(owner: ModelOwner, message: string): AnswerError {
  if (owner === 'role') return refusedKey(message, 'auth_error', 'None', 403);
  if (owner === 'scope') return refusedKey(`{'error': ${pythonText(message)}}`, 'auth_error', 'None', 403);
  return refusedKey(message, `${owner}_model_access_denied`, 'model', 403);
}

function deniedModelMessage(owner: ModelOwner, model: string): string {
  return owner === 'customer'
    ? `The requested model '${model}' is not in the allowed models for this customer. Check the models this customer can use and try again.`
    : `The requested model '${model}' is not available for this API key, or the model name is invalid. Check the models available to you and try again.`;
}

function wrongKey(key: string): AnswerError {
  if (!key.startsWith('sk-')) {
    const masked = key.length > 8 ? `${key.slice(0, 4)}****${key.slice(-4)}` : '****';
    return refusedKey(`LiteLLM Virtual Key expected. Received=${masked}, expected to start with 'sk-'.`);
  }
  const hash = createHash('sha256').update(key).digest('hex');
  const message =
    `Authentication Error, Invalid proxy server token passed. Received API Key = ${nameKey(key)}, ` +
    `Key Hash (Token) =${hash}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``;
  return refusedKey(message, 'token_not_found_in_db', 'key');
}

function bannedMemberMessage(name: string): string {
  if (name === 'model_list') return 'Authentication Error, Rejected Request: model_list is not allowed in the request body.';
  return (
    `Authentication Error, Rejected Request: ${name} is not allowed in request body. ` +
    'Clientside passthrough requires explicit admin opt-in via either `general_settings.allow_client_side_credentials = true` ' +
    '(proxy-wide) or `configurable_clientside_auth_params` on the deployment in your proxy config.yaml.'
  );
}

function unknownModel(error: ErrorOf<'unknown-model'>): AnswerError {
  const shown = badRequest(400, unknownModelMessage(error), null);
  return error.routed === true ? shown : { ...shown, providerFields: { error: shown.message } };
}

function noDeployments({ modelGroup, retrySeconds, preCallChecks, cooling, allCooling }: ErrorOf<'no-deployments'>): AnswerError {
  const reason = allCooling ? ' All deployments for selected model are in cooldown.' : '';
  const message =
    `No deployments available for selected model, Try again in ${retrySeconds} seconds.${reason} Passed model=${modelGroup}. ` +
    `pre-call-checks=${preCallChecks ? 'True' : 'False'}, cooldown_list=${pythonList(cooling)}`;
  return { status: 429, type: allCooling ? 'all_deployments_in_cooldown' : 'rate_limit_error', message, param: 'None', code: '429' };
}

function notTagged(modelGroup: string, tags: readonly string[]): AnswerError {
  const message = `Not allowed to access model due to tags configuration. Passed model=${modelGroup} and tags=${pythonList(tags)}`;
  return { status: 401, type: 'None', message, param: 'None', code: '401' };
}

function limited(message: string): AnswerError {
  return { status: 429, type: 'throttling_error', message, param: null, code: '429' };
}

function noTurn(why: 'late' | 'full', modelGroup: string): AnswerError {
  if (why === 'full') return limited(`litellm.RateLimitError: Too many calls wait for their turn${closingOf(modelGroup)}`);
  return badRequest(408, `litellm.Timeout: Request timed out while polling queue${closingOf(modelGroup)}`, null);
}

function contextTooSmall(detail: string, modelGroup: string): AnswerError {
  const words =
    'litellm.ContextWindowExceededError: litellm._pre_call_checks: Context Window exceeded for given call. ' +
    `No models have context window large enough for this call.\n${detail}`;
  return badRequest(400, `${words}${closingOf(modelGroup)}`, null);
}

const MOCKED_TYPES = {
  400: 'invalid_request_error',
  408: 'invalid_request_error',
  429: 'throttling_error',
  500: 'internal_server_error',
} as const;

function mocked({ status, className, message, modelGroup }: ErrorOf<'mocked'>): AnswerError {
  const words = `litellm.${className === 'APIError' ? 'APIConnectionError' : className}: ${message}${closingOf(modelGroup)}`;
  return { status, type: MOCKED_TYPES[status], message: words, param: null, code: String(status) };
}

function mocksNotAllowed(names: readonly string[]): AnswerError {
  const message =
    `Mock testing request params are disabled on this proxy: ${names.join(', ')}. ` +
    'An admin can enable them by setting `general_settings.dangerously_allow_mock_testing_request_params: true` in config.yaml. ' +
    'This setting cannot be changed from the Admin UI or the API.';
  return { ...badRequest(400, message, null), providerFields: { error: message } };
}

function closingOf(modelGroup: string): string {
  return `\n\nLiteLLM: model group '${modelGroup}' failed with the error above. No fallback was attempted.`;
}

function upstreamFailed(failure: UpstreamFailure, provider: string, modelGroup: string): AnswerError {
  const closing = closingOf(modelGroup);
  switch (failure.kind) {
    case 'credentials':
      return serverError(401, 'authentication_error', `litellm.AuthenticationError: ${provider} - ${failure.message}${closing}`);
    case 'connect-timeout':
    case 'headers-timeout':
    case 'idle-timeout':
    case 'total-timeout':
      return badRequest(408, `litellm.Timeout: Connection timed out (${failure.kind}) - ${provider}${closing}`, null);
    case 'connect':
      return serverError(500, 'internal_server_error', `litellm.InternalServerError: ${provider} - Connection error.${closing}`);
    case 'reset':
      return serverError(
        502,
        'api_error',
        `litellm.BadGatewayError: ${provider} - the connection broke before the answer was complete${closing}`,
      );
    case 'too-large':
      return serverError(
        502,
        'api_error',
        `litellm.BadGatewayError: ${provider} - the answer is larger than this gateway accepts${closing}`,
      );
    case 'aborted':
      return serverError(499, 'client_disconnect', 'Client disconnected');
  }
}
