import type { Role } from '../../ports/index.ts';
import { plain, stored, type RouteRow } from '../route-rows.ts';

const VIEWER: readonly Role[] = ['proxy_admin_viewer'];

const describe = (): Promise<typeof import('../gateway/describe.ts')> => import('../gateway/describe.ts');

const openapi = (): Promise<typeof import('../gateway/openapi.ts')> => import('../gateway/openapi.ts');
const docs = (): Promise<typeof import('../gateway/docs-page.ts')> => import('../gateway/docs-page.ts');
const history = (): Promise<typeof import('../gateway/health-history.ts')> => import('../gateway/health-history.ts');
const hub = (): Promise<typeof import('../gateway/public-hub.ts')> => import('../gateway/public-hub.ts');
const traffic = (): Promise<typeof import('../gateway/traffic.ts')> => import('../gateway/traffic.ts');
const audit = (): Promise<typeof import('../gateway/audit.ts')> => import('../gateway/audit.ts');
const cache = (): Promise<typeof import('../gateway/cache.ts')> => import('../gateway/cache.ts');

/** The gateway's health, its documentation and its cache. */
export const GATEWAY_ROUTES: readonly RouteRow[] = [
  plain('GET', ['/routes'], 'open', async () => (await describe()).listRoutes),
  plain('GET', ['/openapi.json'], 'open', async () => (await openapi()).describeApi),
  plain('GET', ['/docs', '/'], 'open', async () => (await docs()).showDocs),
  plain('GET', ['/docs/{file}'], 'open', async () => (await docs()).showDocsFile),
  plain('GET', ['/health'], VIEWER, async () => (await import('../gateway/show-health.ts')).showHealth),
  stored('GET', ['/health/history'], VIEWER, async () => (await history()).showHealthHistory),
  stored('GET', ['/health/latest'], VIEWER, async () => (await history()).showLatestHealth),
  plain('GET', ['/health/shared-status'], VIEWER, async () => (await import('../gateway/show-health.ts')).showSharing),
  plain('GET', ['/health/readiness/details'], 'caller', async () => (await describe()).showReadiness),
  plain('GET', ['/health/license'], VIEWER, async () => (await describe()).showLicense),
  plain('GET', ['/health/backlog'], VIEWER, async () => (await traffic()).showBacklog),
  plain('GET', ['/health/drain'], 'open', async () => (await traffic()).drain),
  stored('GET', ['/audit'], VIEWER, async () => (await audit()).listAudits),
  stored('GET', ['/audit/{id}'], VIEWER, async () => (await audit()).showAudit),
  plain('GET', ['/health/services'], [], async () => (await import('../gateway/check-service.ts')).checkService),
  plain('POST', ['/health/test_connection'], [], async () => (await import('../models/test-connection.ts')).testConnection),
  plain('GET', ['/cache/settings'], VIEWER, async () => (await cache()).showCacheSettings),
  stored('POST', ['/cache/settings'], [], async () => (await cache()).updateCacheSettings),
  plain('POST', ['/cache/settings/test'], [], async () => (await cache()).testCacheSettings),
  plain('GET', ['/cache/ping'], [], async () => (await cache()).pingCache),
  plain('POST', ['/cache/delete'], [], async () => (await cache()).deleteFromCache),
  plain('POST', ['/cache/flushall'], [], async () => (await cache()).clearCache),
  plain('GET', ['/cache/redis/info'], [], async () => (await cache()).showCacheServer),
  plain('GET', ['/public/model_hub/info'], 'open', async () => (await hub()).showHub),
  plain('GET', ['/public/agent_hub'], 'open', async () => (await hub()).listNone),
  plain('GET', ['/public/mcp_hub'], 'open', async () => (await hub()).listNone),
  plain('GET', ['/public/skill_hub'], 'open', async () => (await hub()).listNoSkills),
];
