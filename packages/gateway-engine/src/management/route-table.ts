import { KEY_ROUTES } from './routes/key-routes.ts';
import type { RouteRow } from './route-rows.ts';

/** Every route that manages the gateway, and who may enter it: the table of routes and roles. */
export const ROUTE_ROWS: readonly RouteRow[] = [...KEY_ROUTES];
