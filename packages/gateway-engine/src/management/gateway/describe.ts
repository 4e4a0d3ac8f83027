import type { ManagedCall } from '../../ports/index.ts';
import { ROUTES } from '../../routes/index.ts';
import type { ManagementParts } from '../parts.ts';
import { ROUTE_ROWS } from '../route-table.ts';

interface ShownRoute {
  readonly method: string;
  readonly path: string;
  readonly open: boolean;
}

function allRoutes(): readonly ShownRoute[] {
  return [...ROUTES, ...ROUTE_ROWS].flatMap(({ method, paths, access }) =>
    paths.map((path) => ({ method, path, open: access === 'open' })),
  );
}

/** GET /routes */
export async function listRoutes(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  return { routes: allRoutes().map(({ method, path }) => ({ path, methods: [method], name: null, endpoint: null })) };
}

/** GET /openapi.json: every route with its places. Bodies are LiteLLM's, and not described. */
export async function describeApi(_parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, open } of allRoutes()) {
    const places = [...path.matchAll(/\{(\w+)(?::path)?\}/gu)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    const shown = path.replaceAll(':path}', '}');
    const body =
      method === 'GET' || method === 'DELETE' ? {} : { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } };
    const operation = {
      summary: `${method} ${shown}`,
      parameters: places,
      ...body,
      security: open ? [] : [{ key: [] }],
      responses: { 200: { description: 'Done' } },
    };
    paths[shown] = { ...paths[shown], [method.toLowerCase()]: operation };
  }
  const key = { type: 'http', scheme: 'bearer', description: 'The master key, or a virtual key' };
  return { openapi: '3.1.0', info: { title: 'Stagegate', version: '1' }, paths, components: { securitySchemes: { key } } };
}

/** GET /health/readiness/details */
export async function showReadiness({ store }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const state = store?.state();
  const database = state === undefined ? 'Not connected' : state === 'ready' ? 'connected' : 'disconnected';
  return { status: state === undefined || state === 'ready' ? 'healthy' : 'unhealthy', db: database };
}
