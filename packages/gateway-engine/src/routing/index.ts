export { classifyFailure, failureOfStatus, readRetryAfter, type RouterFailure } from './classify-failure.ts';
export { createRouter, type Router } from './create-router.ts';
export { compileModels, mayFallBackUnknown, type Asker, type FindDeployments } from './find-deployments.ts';
export { expandWildcard, type WildcardModel } from './expand-wildcard.ts';
export { leaveServing } from './leave-serving.ts';
export { shownTo } from './team-deployments.ts';
export { knownInfo, listedInfo } from './listed-info.ts';
export { listedName, listsForClaudeCode, withNameBehind, type IsRouted } from './listed-names.ts';
export { isFallbackType, configuredFallbacks, type FallbackType, type RouteWishes } from './find-fallbacks.ts';
export { requestsMax, tokensMax, type LimitedDeployment } from './minute-limits.ts';
export { mockFailure } from './mock-failure.ts';
export {
  nextStep,
  shownFallbacks,
  startRoute,
  type FailedAttempt,
  type RouteAction,
  type RouteState,
  type RouteStep,
} from './next-step.ts';
export type { HeaderView } from './header-view.ts';
export { NO_ROUTING } from './no-routing.ts';
export type { PickRequest } from './pick-deployment.ts';
export { readMock, refuseMocks, type MockedCall } from './read-mock.ts';
export { limitedTokens, readUsage, type AnswerUsage } from './read-usage.ts';
export { readPriority } from './read-priority.ts';
export { allTags, readWishes, tagsOf } from './read-wishes.ts';
export {
  createResponseSeals,
  ownerOf,
  responseIds,
  withPrevious,
  type ResponseOwner,
  type ResponseSeals,
  type SealedResponse,
} from './response-ids.ts';
export { compileFindResponse, readStoredCall, refuseForeign, type FindResponse, type StoredCall } from './stored-responses.ts';
export { wordFailedTarget, wordOutcome, type FailedRoute } from './word-outcome.ts';
export { shownBesidePath, shownModel } from './shown-model.ts';
export { bodyForModel, FASTEST_HEADER, severalModels, wantsFastest } from './several-models.ts';
export { groupHeaders } from './group-headers.ts';
export { pickWithRoom, roomHeaders, type PickedRoom } from './take-room.ts';
export { dropsForAgent, settingsForAgent } from './settings-for-agent.ts';
export { withStreamUsage } from './with-stream-usage.ts';
