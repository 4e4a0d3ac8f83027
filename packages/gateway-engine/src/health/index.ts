export { createHealthChecks, type HealthParts, type HealthService } from './health-checks.ts';
