/**
 * The names under which the reference groups errors, by what tells them: the type of a refusal first, then words of the message, the class,
 * the status.
 *
 * source: LiteLLM 1.106.2, litellm_core_utils/error_normalization.py; compared with what it says on 2026-11-30.
 */
const BUDGET = '429_BUDGET_EXCEEDED';
const RATE = '429_RATE_LIMIT_EXCEEDED';
const KEY = '401_AUTHENTICATION_FAILED';
const MODEL = '403_MODEL_ACCESS_DENIED';
const RIGHTS = '403_PERMISSION_DENIED';
const INVALID = '400_INVALID_REQUEST';
const VALUE = '400_INVALID_PARAMETER_VALUE';
const WINDOW = '400_CONTEXT_WINDOW_EXCEEDED';
const MISSING = '404_RESOURCE_NOT_FOUND';
const SLOW = '408_UPSTREAM_TIMEOUT';
const CUT = '500_PROVIDER_CONNECTION_ERROR';
const BUSY = '503_PROVIDER_OVERLOADED';
const BROKEN = '500_PROVIDER_INTERNAL_ERROR';
const UNKNOWN = 'UNCLASSIFIED';

const BY_TYPE: Readonly<Record<string, string>> = {
  budget_exceeded: BUDGET,
  auth_error: KEY,
  expired_key: KEY,
  token_not_found_in_db: KEY,
  auth_provider_unavailable: KEY,
  not_found_error: MISSING,
};
const DENIED_MODEL = /^(?:key|team|user|org|project|agent|customer)_model_access_denied$/u;

/** The first that matches wins. */
const BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/exceeded.*budget/iu, BUDGET],
  [/budget has been exceeded|max budget|crossed budget/iu, BUDGET],
  [/no healthy deployment|no deployments available/iu, '429_NO_HEALTHY_DEPLOYMENTS'],
  [/not allowed to access model due to tags configuration/iu, MODEL],
  [/is not supported for provider|not implemented/iu, '500_UNSUPPORTED_OPERATION'],
  [/context (?:window|length)|(?:prompt|input) is too long|tokens? ?> ?\d+ ?maximum/iu, WINDOW],
  [/missing required parameter|field required/iu, '400_MISSING_REQUIRED_PARAMETER'],
  [/overloaded|unable to process your request/iu, BUSY],
  [
    /connection (?:error|reset)|APIConnectionError|TransferEncodingError|payload is not completed|peer closed connection|incomplete chunked read/iu,
    CUT,
  ],
  [/timed? ?out/iu, SLOW],
];

const BY_CLASS: Readonly<Record<string, string>> = {
  RateLimitError: RATE,
  AuthenticationError: KEY,
  PermissionDeniedError: RIGHTS,
  ContextWindowExceededError: WINDOW,
  ContentPolicyViolationError: '400_CONTENT_POLICY_VIOLATION',
  UnsupportedParamsError: VALUE,
  NotFoundError: MISSING,
  Timeout: SLOW,
  APIConnectionError: CUT,
  ServiceUnavailableError: BUSY,
  InternalServerError: BROKEN,
  BadGatewayError: BROKEN,
  BadRequestError: INVALID,
  UnprocessableEntityError: INVALID,
};

const BY_STATUS: Readonly<Record<string, string>> = {
  '400': INVALID,
  '401': KEY,
  '403': RIGHTS,
  '404': MISSING,
  '408': SLOW,
  '422': VALUE,
  '429': RATE,
  '500': BROKEN,
  '502': BROKEN,
  '503': BUSY,
  '504': SLOW,
};

/** What an error has that tells its name. */
export interface NamedError {
  /** As the client sees it. */
  readonly type: string | null | undefined;
  readonly message: string;
  /** LiteLLM's name of the kind of error. */
  readonly className: string;
  readonly code: string;
}

/** The name that errors of one kind have in common, whatever their messages say: `429_RATE_LIMIT_EXCEEDED` … */
export function normalizeError({ type, message, className, code }: NamedError): string {
  const byType = DENIED_MODEL.test(type ?? '') ? MODEL : BY_TYPE[type ?? ''];
  return byType ?? BY_WORDS.find(([words]) => words.test(message))?.[1] ?? BY_CLASS[className] ?? BY_STATUS[code] ?? UNKNOWN;
}
