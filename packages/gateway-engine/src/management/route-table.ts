import { GATEWAY_ROUTES } from './routes/gateway-routes.ts';
import { KEY_ROUTES } from './routes/key-routes.ts';
import { MODEL_ROUTES } from './routes/model-routes.ts';
import { MONEY_ROUTES } from './routes/money-routes.ts';
import { ACCESS_ROUTES } from './routes/access-routes.ts';
import { PROJECT_ROUTES } from './routes/project-routes.ts';
import { ORGANIZATION_ROUTES } from './routes/organization-routes.ts';
import { SETTINGS_ROUTES } from './routes/settings-routes.ts';
import { SPEND_ROUTES } from './routes/spend-routes.ts';
import { TEAM_ROUTES } from './routes/team-routes.ts';
import { USER_ROUTES } from './routes/user-routes.ts';
import type { RouteRow } from './route-rows.ts';

/** Every management route, and the roles that may call it. */
export const ROUTE_ROWS: readonly RouteRow[] = [
  ...KEY_ROUTES,
  ...TEAM_ROUTES,
  ...USER_ROUTES,
  ...ORGANIZATION_ROUTES,
  ...PROJECT_ROUTES,
  ...ACCESS_ROUTES,
  ...MONEY_ROUTES,
  ...SPEND_ROUTES,
  ...MODEL_ROUTES,
  ...SETTINGS_ROUTES,
  ...GATEWAY_ROUTES,
];
