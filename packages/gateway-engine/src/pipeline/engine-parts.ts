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

/** What an engine is made of; everything with an effect comes in here. */
export interface EngineOptions {
  readonly config: GatewayConfig;
  readonly transforms: ChooseTransform;
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  /** Absent: nothing is fetched for a caller, and a call that needs it is declined. */
  readonly media?: Media;
  /** Absent: there is no database, and no key but the master key. */
  readonly keys?: KeyLookup;
  /** Absent: there is no identity provider. */
  readonly tokens?: TokenLookup;
  /** Absent: there is no database to be unwell. */
  readonly store?: StoreHealth;
  /** Absent: nothing can be managed over HTTP. */
  readonly management?: Management;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Absent: no call is recorded. */
  readonly recorder?: Recorder | undefined;
  /** Absent: nobody keeps account. */
  readonly spending?: Spending | undefined;
  /** Absent: no answer is kept, whatever the configuration says. */
  readonly cache?: ResponseCache | undefined;
  /** Shared with whoever else serves the same groups; absent: the engine's own. */
  readonly queue?: CallQueue;
  /** Shared with whoever else asks the same deployments; absent: the engine's own. */
  readonly counters?: RoutingCounters;
  /** Shared with whoever else serves the same callers; absent: the engine's own. */
  readonly rates?: RateCounters;
  /** True once the process is on its way out of service. */
  readonly isClosing?: () => boolean;
}

/** The same, with what is compiled once from the configuration. */
export interface EngineParts extends EngineOptions {
  readonly authenticate: Authenticate;
  readonly modelNames: ModelNames;
  readonly findDeployments: FindDeployments;
  /** Undefined: no deployment limits keys. */
  readonly keyLimits: FindKeyLimits | undefined;
  /** Undefined: keys that call at the same time share nothing. */
  readonly findActivity: FindActivity | undefined;
  /** Undefined: nobody shares anything by priority. */
  readonly findShares: FindShares | undefined;
  readonly responseSeals: ResponseSeals;
  readonly findResponse: FindResponse;
  readonly router: Router;
  readonly rates: RateCounters;
  /** What every call counts against. */
  readonly globalRates: readonly RateLimit[];
  readonly queue: CallQueue;
  readonly readPathModel: (route: CallRoute) => ReadPathModel;
  readonly plans: { readonly whole: KeptPlans; readonly streamed: KeptPlans };
}

/** One call while it runs: what every stage may need to know of it. */
export interface OpenCall {
  readonly route: CallRoute;
  readonly raw: RawCall;
  /** What `x-litellm-call-id` shows: the client's own when it sent a usable one. */
  readonly callId: string;
  readonly ambient: Ambient;
  /** Monotonic. */
  readonly startedMs: number;
  /** Undefined when the call is not recorded. */
  readonly tape: CallTape | undefined;
  /** Set once it is known who calls. */
  caller: Caller | undefined;
  /** Set once he is looked up: whom he calls for. */
  endUser: EndUserGrants | undefined;
  /** Set with it: nobody knows whom the call says that it is for, and nobody is charged for him. */
  endUserOff: boolean;
  /** Set with it: the model access groups that let him in, and count what the call costs. */
  accessGroups: readonly AccessGroupGrants[] | undefined;
  /** Set once it is read. */
  asked: ParsedCall | undefined;
  /** Set once the model is known: the client's headers that go on to the provider. */
  forwarded: Headers | undefined;
  /** Set once a call has taken of limits: told of the tokens that providers count. */
  hold: RateHold | undefined;
  /** Set once money is set aside for it. */
  aside: SpendHold | undefined;
}
