import type { DialectId, StoredAction } from '@stagegate/core-transforms';
import type { EnvelopeId } from '@stagegate/gateway-engine/errors';

/** A route that calls a provider. */
export interface ProviderRoute {
  readonly serves: 'provider';
  /** Its own path, as docs and migration rules name it. */
  readonly id: string;
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly pattern: RegExp;
  readonly envelope: EnvelopeId;
  readonly dialect: DialectId;
  /** The route's name in the reference's messages. */
  readonly name: string;
  /** Members that must be there, and not null, before the model is looked up. */
  readonly needs: readonly string[];
  /** Members that must be there, unless the deployment sets them. */
  readonly needsOrHas: readonly string[];
  readonly streams: boolean;
  readonly takesForm: boolean;
  /** What it does with a stored response that the path names. Such a call has no body. */
  readonly stored?: StoredAction;
}

/** A route that is answered without a provider. */
export interface OwnRoute {
  readonly serves: 'models' | 'model' | 'liveliness' | 'readiness' | 'telemetry';
  readonly method: 'GET' | 'POST';
  readonly pattern: RegExp;
  readonly envelope: EnvelopeId;
  /** True: no key is needed. */
  readonly open: boolean;
}

export type StageOneRoute = ProviderRoute | OwnRoute;

/** In the order in which they are tried. */
const TABLE: readonly StageOneRoute[] = [
  {
    serves: 'provider',
    id: '/v1/chat/completions',
    method: 'POST',
    pattern: /^(?:\/v1)?\/chat\/completions$|^\/(?:engines|openai\/deployments)\/(?<model>.+)\/chat\/completions$/u,
    envelope: 'openai',
    dialect: 'openai-chat',
    name: '/chat/completions',
    needs: ['messages'],
    needsOrHas: [],
    streams: true,
    takesForm: false,
  },
  {
    serves: 'provider',
    id: '/v1/completions',
    method: 'POST',
    pattern: /^(?:\/v1)?\/completions$|^\/(?:engines|openai\/deployments)\/(?<model>.+)\/completions$/u,
    envelope: 'openai',
    dialect: 'openai-completions',
    name: '/completions',
    needs: ['prompt'],
    needsOrHas: [],
    streams: true,
    takesForm: false,
  },
  {
    serves: 'provider',
    id: '/v1/embeddings',
    method: 'POST',
    pattern: /^(?:\/v1)?\/embeddings$|^\/(?:engines|openai\/deployments)\/(?<model>.+)\/embeddings$/u,
    envelope: 'openai',
    dialect: 'openai-embeddings',
    name: '/embeddings',
    needs: ['input'],
    needsOrHas: [],
    streams: false,
    takesForm: false,
  },
  {
    serves: 'provider',
    id: '/v1/messages',
    method: 'POST',
    pattern: /^\/v1\/messages$/u,
    envelope: 'anthropic',
    dialect: 'anthropic-messages',
    name: 'anthropic_messages',
    needs: [],
    needsOrHas: ['messages', 'max_tokens'],
    streams: true,
    takesForm: false,
  },
  {
    serves: 'provider',
    id: '/v1/messages/count_tokens',
    method: 'POST',
    pattern: /^\/v1\/messages\/count_tokens$/u,
    envelope: 'anthropic',
    dialect: 'anthropic-count-tokens',
    name: 'anthropic_messages',
    needs: [],
    needsOrHas: [],
    streams: false,
    takesForm: false,
  },
  {
    serves: 'provider',
    id: '/v1/responses',
    method: 'POST',
    pattern: /^(?:(?:\/openai)?\/v1)?\/responses$/u,
    envelope: 'openai',
    dialect: 'openai-responses',
    name: '/responses',
    needs: ['input'],
    needsOrHas: [],
    streams: true,
    takesForm: false,
  },
  storedRoute('get', 'GET', ''),
  storedRoute('delete', 'DELETE', ''),
  storedRoute('input_items', 'GET', '/input_items'),
  storedRoute('cancel', 'POST', '/cancel'),
  {
    serves: 'provider',
    id: '/v1/ocr',
    method: 'POST',
    pattern: /^(?:\/v1)?\/ocr$/u,
    envelope: 'openai',
    dialect: 'mistral-ocr',
    name: '/ocr',
    needs: [],
    needsOrHas: ['document'],
    streams: false,
    takesForm: true,
  },
  { serves: 'models', method: 'GET', pattern: /^(?:\/v1)?\/models$/u, envelope: 'openai', open: false },
  { serves: 'model', method: 'GET', pattern: /^(?:\/v1)?\/models\/(?<model>[^/]+)$/u, envelope: 'openai', open: false },
  { serves: 'liveliness', method: 'GET', pattern: /^\/health\/live(?:liness|ness)$/u, envelope: 'openai', open: true },
  { serves: 'readiness', method: 'GET', pattern: /^\/health\/readiness$/u, envelope: 'openai', open: true },
  { serves: 'telemetry', method: 'POST', pattern: /^\/api\/event_logging\/batch$/u, envelope: 'anthropic', open: true },
];

function storedRoute(stored: StoredAction, method: ProviderRoute['method'], below: string): ProviderRoute {
  return {
    serves: 'provider',
    id: `/v1/responses/{response_id}${below}`,
    method,
    pattern: new RegExp(`^(?:(?:/openai)?/v1)?/responses/(?<response>[^/]+)${below}$`, 'u'),
    envelope: 'openai',
    dialect: 'openai-responses-stored',
    name: '/responses',
    needs: [],
    needsOrHas: [],
    streams: false,
    takesForm: false,
    stored,
  };
}

/** Where a path leads. `model` is the one that the path names, percent-decoded. */
export interface RouteHit {
  readonly route: StageOneRoute;
  readonly model: string | undefined;
  /** The id of the response that the path names, percent-decoded. */
  readonly response: string | undefined;
}

/** Finds a call's route; undefined when its path does not have that method. */
export function findRoute(method: string, path: string): RouteHit | undefined {
  for (const route of TABLE) {
    const found = route.method === method ? route.pattern.exec(path) : null;
    if (found !== null) return { route, model: decode(found.groups?.['model']), response: decode(found.groups?.['response']) };
  }
  return undefined;
}

/** The methods of a path; none for an unknown path. */
export function methodsOf(path: string): readonly string[] {
  return [...new Set(TABLE.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
}

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
