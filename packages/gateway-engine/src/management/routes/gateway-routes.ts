import { plain, type RouteRow } from '../route-rows.ts';

const describe = (): Promise<typeof import('../gateway/describe.ts')> => import('../gateway/describe.ts');

/** What the gateway says of itself. */
export const GATEWAY_ROUTES: readonly RouteRow[] = [
  plain('GET', ['/routes'], 'open', async () => (await describe()).listRoutes),
  plain('GET', ['/openapi.json'], 'open', async () => (await describe()).describeApi),
  plain('GET', ['/health/readiness/details'], 'caller', async () => (await describe()).showReadiness),
];
