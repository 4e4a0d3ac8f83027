export { createManagement } from './create-management.ts';
