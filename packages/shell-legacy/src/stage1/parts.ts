import type { IncomingMessage } from 'node:http';
import type { Ambient, ChooseTransform, Headers, JsonObject } from '@stagegate/core-transforms';
import type { Authenticate, CallHeaders, ModelNames } from '@stagegate/gateway-engine/auth';
import type { Deadlines, FindActivity, FindKeyLimits, FindShares } from '@stagegate/gateway-engine/limits';
import type {
  AccessGroupGrants,
  Caller,
  EndUserGrants,
  CallQueue,
  CallTape,
  Clock,
  Credentials,
  FromFront,
  GatewayConfig,
  Ids,
  KeyLookup,
  Log,
  Management,
  Media,
  RateCounters,
  RateHold,
  RateLimit,
  Recorder,
  ResponseCache,
  RoutingCounters,
  SpendHold,
  Spending,
  StoreHealth,
  TokenLookup,
} from '@stagegate/gateway-engine/ports';
import type { FindDeployments, FindResponse, PickRequest, ResponseSeals, Router, RouteState } from '@stagegate/gateway-engine/routing';
import type { ClientEnd } from '../node/client-end.ts';
import { watchClient } from '../node/watch-client.ts';

/** What stage 1 is made of. Everything with an effect comes in here. */
export interface StageOneOptions {
  readonly config: GatewayConfig;
  readonly transforms: ChooseTransform;
  /** Node's own fetch, or one for tests. */
  readonly fetch: typeof fetch;
  /** For credentials that are more than a key. */
  readonly credentials: Credentials;
  /** Absent: no media are fetched, and a call that needs them is declined. */
  readonly media?: Media;
  /** Absent: there is no database, and no key but the master key. */
  readonly keys?: KeyLookup;
  /** Absent: there is no identity provider. */
  readonly tokens?: TokenLookup;
  /** Absent: there is no database whose health could be shown. */
  readonly store?: StoreHealth;
  /** Absent: nothing can be managed over HTTP. */
  readonly management?: Management;
  /** Absent: spend is not counted. */
  readonly spending?: Spending | undefined;
  /** Absent: no answer is cached. */
  readonly cache?: ResponseCache | undefined;
  /** Counters of deployments, shared with the other lanes. */
  readonly counters: RoutingCounters;
  /** What callers have used of their limits, shared with the other lanes. */
  readonly rates: RateCounters;
  /** The queue of calls with a priority, shared with the other lanes. */
  readonly queue: CallQueue;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Absent: no call is recorded. */
  readonly recorder?: Recorder | undefined;
  /** True once the gateway has begun to drain. */
  readonly isClosing?: () => boolean;
}

/** The same, with what is compiled from the configuration. */
export interface App extends StageOneOptions {
  readonly authenticate: Authenticate;
  readonly modelNames: ModelNames;
  readonly findDeployments: FindDeployments;
  /** Undefined: no deployment limits keys. */
  readonly keyLimits: FindKeyLimits | undefined;
  /** Undefined: active keys do not share their group's minute. */
  readonly findActivity: FindActivity | undefined;
  /** Undefined: priorities do not share their group's minute. */
  readonly findShares: FindShares | undefined;
  readonly responseSeals: ResponseSeals;
  readonly findResponse: FindResponse;
  readonly router: Router;
  /** Limits that every call counts against. */
  readonly globalRates: readonly RateLimit[];
  readonly deadlines: Deadlines;
}

/** One call while it is served. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ClientEnd;
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly front: FromFront | undefined;
  /** What `x-litellm-call-id` shows. */
  readonly callId: string;
  readonly ambient: Ambient;
  /** Monotonic. */
  readonly startedMs: number;
  /** The whole body once it was read, for the lane that takes over a declined call. */
  bytes: Uint8Array | undefined;
  /** Undefined when the call is not recorded. */
  tape: CallTape | undefined;
  /** Set once it is known who calls. */
  caller: Caller | undefined;
  /** Set once he is looked up: the customer for whom the call is made. */
  endUser: EndUserGrants | undefined;
  /** Set with it: the call names a customer who is not known, so that no customer is charged. */
  endUserOff: boolean;
  /** Set with it: the model access groups that let the call in and are charged for it. */
  accessGroups: readonly AccessGroupGrants[] | undefined;
  /** Set once it is read: the body, and the model that it asks for. */
  asked: { readonly body: JsonObject; readonly model: string | undefined } | undefined;
  /** Set once the model is known: the client's headers that are forwarded to the provider. */
  forwarded: Headers | undefined;
  /** Set once the call holds rate limits: it receives the tokens that providers count. */
  hold: RateHold | undefined;
  /** Set once money is reserved for the call. */
  aside: SpendHold | undefined;
  /** Set once a deployment is chosen: what it was chosen for. */
  picked: PickRequest | undefined;
  /** How the call got to where it is, once its first attempt has failed. */
  route: RouteState | undefined;
  /** Made when it is first asked for: see `goneSignal`. */
  gone: AbortSignal | undefined;
}

/** Aborts when the client goes away. One for all attempts of a call. */
export function goneSignal(exchange: Exchange): AbortSignal {
  return (exchange.gone ??= watchClient(exchange.outgoing));
}

/** One header of a call by lower-case name; all values of a repeated one. */
export function headerOf(exchange: Exchange, name: string): string | undefined {
  const value = exchange.incoming.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** What stands after the question mark of its URL. */
export function queryOf({ incoming: { url = '' } }: Exchange): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

/** The headers of a call, one by one and by their names, and its peer. */
export function headersOf(exchange: Exchange): CallHeaders {
  const { headers, socket } = exchange.incoming;
  return { header: (name) => headerOf(exchange, name), headerNames: () => Object.keys(headers), peer: socket.remoteAddress };
}
