export { unservedMode } from './question.ts';
export { createHealthChecks, type HealthParts, type HealthService } from './health-checks.ts';
