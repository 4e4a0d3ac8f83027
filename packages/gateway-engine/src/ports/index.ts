export type { Media, MediaFailure } from './media.ts';
export { systemClock, systemIds, type Clock, type Ids } from './ambient.ts';
export {
  isWhole,
  type CallAnswer,
  type CallerWatch,
  type Declined,
  type FromFront,
  type GoneListener,
  type Handler,
  type HandOver,
  type Lane,
  type LaneId,
  type NodeListener,
  type Prescan,
  type RawCall,
  type StreamBody,
  type TextSink,
  type WholeBody,
} from './call.ts';
export {
  ANYONE,
  MASTER,
  ROLES,
  type AccessGroupGrants,
  type Budget,
  type Caller,
  type CallerRouting,
  type EndUserGrants,
  type Grants,
  type MemberGrants,
  type ModelBudget,
  type ModelBudgets,
  type OrganizationGrants,
  type ProjectGrants,
  type Role,
  type RouteAccess,
  type TagGrants,
  type TeamGrants,
  type UserGrants,
  type WindowGrants,
} from './caller.ts';
export type { AccessGroupBudgets, EndUserAsked, EndUserFinding, IdentityFinding, KeyFinding, KeyLookup, TagBudgets } from './key-lookup.ts';
export type {
  ClaimOwner,
  Identity,
  IssuedTokens,
  OauthSettings,
  ProxyField,
  ProxyIdentitySettings,
  RolePermissions,
  TokenClaim,
  TokenFinding,
  TokenRole,
  TokenLookup,
  TokenSettings,
  UnmappedClaims,
} from './token-lookup.ts';
export type { ManagedAnswer, ManagedCall, ManagedMatch, ManagedRoute, Management } from './management.ts';
export type { MockSettings } from './mock-settings.ts';
export type {
  ModelRateLimits,
  RateCounters,
  RateStanding,
  RateHold,
  RateKind,
  RateLimit,
  RateLimits,
  RateTaken,
  RateUnknown,
  ShareLimits,
  ShareStanding,
  ShareTaken,
} from './rate-limits.ts';
export type { ActiveKeys } from './active-keys.ts';
export type { PrioritySettings, Reservation } from './priorities.ts';
export { noCredentials, type Credentials } from './credentials.ts';
export { DEFAULT_GATE, DEFAULT_RULE } from './migration.ts';
export type { CandidateMode, LaneChoice, Migration, MigrationRule, RuleCandidate, RuleGate, RuleMatch, Sticky } from './migration.ts';
export type { AttemptTape, CallTape, Recorder, TapedCall } from './recorder.ts';
export type {
  CallFailure,
  FailedCall,
  LoggedCall,
  SaidInCall,
  SpendMark,
  SpendMeters,
  SpendScope,
  SpendWindow,
  SpendFull,
  SpendHold,
  Spending,
  SpentCall,
} from './spending.ts';
export {
  isUpstreamFailure,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamFailure,
  type UpstreamRequest,
  type UpstreamTimeouts,
} from './upstream.ts';
export type {
  AccessWindow,
  AdmissionSettings,
  Backlog,
  Markup,
  ConfigState,
  CorsRules,
  Deployment,
  DeploymentTeam,
  EntryRules,
  GatewayConfig,
  KeyLimits,
  MediaSettings,
  ProxyBudget,
} from './gateway-config.ts';
export type { ListedInfo } from './listed-info.ts';
export type {
  DeploymentRouting,
  FailureClass,
  FailurePolicy,
  Fallbacks,
  FallbackTarget,
  HealthRouting,
  LatencySettings,
  RouterSettings,
  RoutingCheck,
  RoutingGroup,
  RoutingStrategy,
  RouterBudget,
  RouterBudgets,
} from './router-settings.ts';
export type { CallQueue, TurnOutcome, WaitingCall } from './call-queue.ts';
export type { CacheReply, CacheServer, CachingSettings, S3Settings, KeptAnswer, ResponseCache } from './response-cache.ts';
export type { AllowedFails, AttemptTimes, DeploymentCounts, RoutingCounters } from './routing-counters.ts';
export { silentLog, type Log, type LogFields } from './log.ts';
export type { StoreAnswer, StoreFailure, StoreHealth, StoreState } from './store.ts';
export type { Redis, RedisAnswer, RedisDoors, RedisFailure, RedisReply, RedisState } from './redis.ts';
export type { HealthChecks, HealthReport } from './health.ts';
export type { RoomFull, TokenHold, TokenLimits, TokenPair, TokenRoom, TokenRooms } from './token-rooms.ts';
export type { SumWindow, WindowSums } from './window-sums.ts';
