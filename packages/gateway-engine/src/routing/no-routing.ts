import type { RouterSettings } from '../ports/index.ts';

/** The settings of a configuration without a router: every group is asked once, and nothing cools down. */
export const NO_ROUTING: RouterSettings = {
  strategy: 'simple-shuffle',
  latency: { bufferRatio: 0, samplesMax: 10, keepSeconds: 3600 },
  retriesMax: 0,
  retryPolicy: undefined,
  groupRetryPolicies: new Map(),
  retryAfterSeconds: 0,
  allowedFails: undefined,
  allowedFailsPolicy: undefined,
  cooldownSeconds: 5,
  cooldownsOff: true,
  fallbacks: new Map(),
  contextWindowFallbacks: undefined,
  contentPolicyFallbacks: undefined,
  fallbacksMax: 5,
  attemptsMax: Infinity,
  preCallChecks: false,
  tagFiltering: false,
  tagsMatchAny: true,
  routingGroups: new Map(),
  checks: new Set(),
  affinitySeconds: 3600,
  healthRouting: undefined,
};
