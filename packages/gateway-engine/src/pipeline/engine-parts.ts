import type { Ambient, ChooseTransform, Headers } from '@stagegate/core-transforms';
import type { Authenticate, ModelNames } from '../auth/index.ts';
import type {
  AccessGroupGrants,
  Caller,
  CallQueue,
  CallTape,
  Clock,
  Credentials,
  EndUserGrants,
  GatewayConfig,
  Ids,
  KeyLookup,
  Log,
  Management,
  Media,
  RateCounters,
  RateHold,
  RateLimit,
  RawCall,
  Recorder,
  ResponseCache,
  RoutingCounters,
  SpendHold,
  Spending,
  StoreHealth,
  TokenLookup,
  Upstream,
} from '../ports/index.ts';
import type { FindActivity, FindKeyLimits, FindShares } from '../limits/index.ts';
import type { CallRoute, ReadPathModel } from '../routes/index.ts';
import type { FindDeployments, FindResponse, ResponseSeals, Router } from '../routing/index.ts';
import type { ParsedCall } from './stages/parse.ts';
import type { KeptPlans } from './stages/plan.ts';

/** What an engine is made of. Everything with an effect comes in here. */
export interface EngineOptions {
  readonly config: GatewayConfig;
  readonly transforms: ChooseTransform;
  readonly upstream: Upstream;
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
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Absent: no call is recorded. */
  readonly recorder?: Recorder | undefined;
  /** Absent: spend is not counted. */
  readonly spending?: Spending | undefined;
  /** Absent: no answer is cached, whatever the configuration says. */
  readonly cache?: ResponseCache | undefined;
  /** Shared by all who serve the same groups; absent: the engine's own. */
  readonly queue?: CallQueue;
  /** Shared by all who ask the same deployments; absent: the engine's own. */
  readonly counters?: RoutingCounters;
  /** Shared by all who serve the same callers; absent: the engine's own. */
  readonly rates?: RateCounters;
  /** True once the process is about to stop. */
  readonly isClosing?: () => boolean;
}

/** The same, with what is compiled from the configuration. */
export interface EngineParts extends EngineOptions {
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
  readonly rates: RateCounters;
  /** Limits that every call counts against. */
  readonly globalRates: readonly RateLimit[];
  readonly queue: CallQueue;
  readonly readPathModel: (route: CallRoute) => ReadPathModel;
  readonly plans: { readonly whole: KeptPlans; readonly streamed: KeptPlans };
}

/** One call while it runs: what its steps may need to know of it. */
export interface OpenCall {
  readonly route: CallRoute;
  readonly raw: RawCall;
  /** What `x-litellm-call-id` shows: the client's own id when it sent a usable one. */
  readonly callId: string;
  readonly ambient: Ambient;
  /** Monotonic. */
  readonly startedMs: number;
  /** Undefined when the call is not recorded. */
  readonly tape: CallTape | undefined;
  /** Set once it is known who calls. */
  caller: Caller | undefined;
  /** Set once he is looked up: the customer for whom the call is made. */
  endUser: EndUserGrants | undefined;
  /** Set with it: the call names a customer who is not known, and nobody is charged for him. */
  endUserOff: boolean;
  /** Set with it: the model access groups that let the call in and are charged for it. */
  accessGroups: readonly AccessGroupGrants[] | undefined;
  /** Set once it is read. */
  asked: ParsedCall | undefined;
  /** Set once the model is known: the client's headers that are forwarded to the provider. */
  forwarded: Headers | undefined;
  /** Set once the call holds rate limits: it is told of tokens that providers count. */
  hold: RateHold | undefined;
  /** Set once money is reserved for the call. */
  aside: SpendHold | undefined;
}
