export { createManagement } from './create-management.ts';
export { managedRoutes } from './managed-routes.ts';
export type { ManagementParts } from './parts.ts';
