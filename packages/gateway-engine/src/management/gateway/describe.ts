import type { ManagedCall } from '../../ports/index.ts';
import { ROUTES } from '../../routes/index.ts';
import type { ManagementParts } from '../parts.ts';
import { mayViewAll } from '../viewers.ts';
import { ROUTE_ROWS } from '../route-table.ts';
import { REFERENCE_VERSION } from '../../text/index.ts';

/** A route as it is listed. */
export interface ToldRoute {
  readonly method: string;
  readonly path: string;
  readonly open: boolean;
  readonly status: number;
}

/** Every public route, once for each of its paths. */
export function allRoutes(): readonly ToldRoute[] {
  const calls = ROUTES.map((route) => ({ ...route, status: 200 }));
  return [...calls, ...ROUTE_ROWS].flatMap(({ method, paths, access, status }) =>
    paths.map((path) => ({ method, path, open: access === 'open', status })),
  );
}

/** GET /routes */
export async function listRoutes(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return { routes: allRoutes().map(({ method, path }) => ({ path, methods: [method], name: null, endpoint: null })) };
}

/** GET /health/readiness/details */
export async function showReadiness({ store, configState }: ManagementParts, { caller }: ManagedCall): Promise<unknown> {
  const state = store?.state();
  const database = state === undefined ? 'Not connected' : state === 'ready' ? 'connected' : 'disconnected';
  const config = configState?.();
  const shown = config && { generation: config.generation, ...(mayViewAll(caller) && { kept_because: config.keptBecause ?? null }) };
  const status = state === undefined || state === 'ready' ? 'healthy' : 'unhealthy';
  return { status, db: database, litellm_version: REFERENCE_VERSION, ...(shown !== undefined && { config: shown }) };
}

/** GET /health/license: there is none, and nothing here needs one. */
export async function showLicense(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return {
    has_license: false,
    license_type: 'community',
    expiration_date: null,
    allowed_features: [],
    limits: { max_users: null, max_teams: null },
  };
}
